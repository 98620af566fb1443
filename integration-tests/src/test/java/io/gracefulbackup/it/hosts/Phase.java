package io.gracefulbackup.it.hosts;

/** A phase in the life of a {@link MatrixHost}, from its start to the report of its last backup. */
public enum Phase {
    /** The start lists a sink. */
    START_UP,
    /** The source reads the restored state. */
    RESTORE,
    /** The application runs. */
    IDLE,
    /** The drain step of the host runs. */
    DRAIN,
    /** The source has written half of the state; the lock is held. */
    SNAPSHOT,
    /** The source has written more than the memory of the spool holds. */
    SPOOL,
    /** A sink has read half of the sealed bytes. */
    STORE,
    /** A sink is about to read the last of the sealed bytes; then it verifies what it has stored. */
    VERIFY,
    /** Retention is about to delete the oldest backup in a sink. */
    RETAIN,
    /** A pointer is about to be set. */
    POINTERS,
    /** The listener receives the report. */
    REPORT;

    /** Whether the start of the application has not ended. */
    public boolean isStart() {
        return this == START_UP || this == RESTORE;
    }

    /** Whether it is a phase of a sink. */
    public boolean isInSink() {
        return this == START_UP || this == STORE || this == VERIFY || this == RETAIN;
    }
}
