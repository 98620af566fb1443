package io.gracefulbackup.internal.handoff.protocol;

/** What an instance is to the others. */
public enum Phase {
    /** Has no state; another instance has it, or nobody yet. */
    STANDBY,
    /** As before, and has seen that it could restore. */
    PREFLIGHTED,
    /** Has been reached by traffic, and asks the holder to hand over. */
    REQUESTING,
    /** Holds the lease and is getting the state. */
    RESTORING,
    /** Holds the lease and the state: accepts changes. */
    ACTIVE,
    /** Accepts no more changes, saves, and gives the lease to who asked. */
    HANDING_OVER,
    /** Had its turn. Keeps its state for the case that nobody else can go on. */
    RETIRED,
    /** Cannot reach the lease, or has lost it with its database: accepts changes until its term ends. */
    DEGRADED,
    /** Could not restore, and left the lease to others. */
    FAILED,
    /** The process ends. */
    STOPPING;

    /** Whether the instance has no part in the state, now or ever. */
    public boolean isOutside() {
        return this == STANDBY || this == PREFLIGHTED || this == REQUESTING;
    }
}
