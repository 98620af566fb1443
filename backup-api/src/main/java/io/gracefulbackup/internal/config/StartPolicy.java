package io.gracefulbackup.internal.config;

/** Whether a start restores a backup: the setting {@code BACKUP_START}. */
public enum StartPolicy {
    /** Restore the newest backup; start empty only if it is proven that there is none. */
    AUTO,
    /** Start without a backup, whatever the sinks hold. */
    EMPTY,
    /** Refuse to start without a backup. */
    REQUIRE
}
