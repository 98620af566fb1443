package io.gracefulbackup.internal.config;

/** Setting {@code BACKUP_HANDOFF}. */
public enum HandoffPolicy {
    /** Instances take turns where the host has said how and a sink keeps a lease. */
    AUTO,
    /** They do, or the start is refused. */
    ON,
    /** They do not. */
    OFF
}
