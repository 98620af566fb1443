package io.gracefulbackup.internal.config;

/** Whether overlapping instances take turns: the setting {@code BACKUP_HANDOFF}. */
public enum HandoffPolicy {
    /** Instances take turns if the application calls {@code handoff(…)} and a sink keeps a lease. */
    AUTO,
    /** Instances take turns; if they cannot, the start is refused. */
    ON,
    /** Instances do not take turns. */
    OFF
}
