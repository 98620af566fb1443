package io.gracefulbackup.internal.config;

/** What the operator wants at start (setting {@code BACKUP_START}). */
public enum StartPolicy {
    /** Restore the newest backup; start empty only if it is proven that there is none. */
    AUTO,
    /** Start without restoring: an explicit choice. */
    EMPTY,
    /** Refuse to start without a backup. */
    REQUIRE
}
