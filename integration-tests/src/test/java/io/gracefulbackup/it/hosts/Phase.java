package io.gracefulbackup.it.hosts;

/** A step in the life of a {@link MatrixHost}, told by the first moment at which the library comes to it. */
public enum Phase {
    /** A sink is asked what it holds. */
    START_UP,
    /** The source reads the restored state. */
    RESTORE,
    /** The application serves. */
    IDLE,
    /** The drain step of the host runs. */
    DRAIN,
    /** The source has written the first half of the state; the lock is held. */
    SNAPSHOT,
    /** The source has written more than the spool keeps in memory. */
    SPOOL,
    /** A sink has read half of the sealed bytes. */
    STORE,
    /** A sink is about to get the last of the sealed bytes: what follows is its check of what it holds. */
    VERIFY,
    /** Retention is about to delete the oldest backup in a sink. */
    RETAIN,
    /** A pointer is about to be set. */
    POINTERS,
    /** The listener is told. */
    REPORT;

    /** Whether the application does not serve yet. */
    public boolean isStart() {
        return this == START_UP || this == RESTORE;
    }

    /** Whether it happens to one sink. */
    public boolean isInSink() {
        return this == START_UP || this == STORE || this == VERIFY || this == RETAIN;
    }
}
