package io.gracefulbackup.internal.handoff.protocol;

/** A fault that a simulation may inject. */
enum Fault {
    /** A statement never reaches the database. */
    LOSE_STATEMENT,
    /** The answer to an executed statement never reaches its sender. */
    LOSE_ANSWER,
    /** A statement reaches the database after its sender has given it up. */
    DELAY_STATEMENT,
    /** An answer arrives twice. */
    DUPLICATE_ANSWER,
    DATABASE_DOWN,
    /** The database goes back to an earlier state. */
    DATABASE_RESTORED,
    CRASH,
    /** A process stands still; its clocks run on. */
    PAUSE,
    /** A machine stands still, with its monotonic clock. */
    SUSPEND,
    WALL_CLOCK_SET,
    SERVER_CLOCK_SET,
    RESTORE_FAILS,
    SAVE_FAILS,
    /** The host's onActive actions break. */
    ACTIVATION_FAILS,
    /** The exit waits no longer for the host's onActive actions, which go on. */
    ACTIVATION_GIVEN_UP,
    /** A backup is published after its sender has given it up. */
    DELAY_PUBLICATION,
    PREFLIGHT_FAILS,
    /** The second instance has terms that do not fit those of the others. */
    MISMATCHED_TERMS,
    STOP
}
