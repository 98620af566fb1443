package io.gracefulbackup.internal.handoff.protocol;

/** The part that an instance plays among the others. */
public enum Phase {
    /** Waits without the state: another instance has it, or none has it yet. */
    STANDBY,
    /** Waits as in {@link #STANDBY}, and has checked that it could restore the newest backup. */
    PREFLIGHTED,
    /** Was reached by traffic, and requests a handoff from the holder. */
    REQUESTING,
    /** Holds the lease, restores the state, and then runs the application's {@code onActive} actions. */
    RESTORING,
    /** Holds the lease and has the state: accepts changes. */
    ACTIVE,
    /** Accepts no more changes, saves, and then releases the lease for the instance that requested it. */
    HANDING_OVER,
    /** Was active, and has given up the lease or lost it. Keeps the state in memory in case no other instance can go on. */
    RETIRED,
    /** Cannot reach the lease, or has lost it together with its database: accepts changes until its term ends. */
    DEGRADED,
    /** Could not restore the state, or not activate the application, and leaves the lease to other instances. */
    FAILED,
    /** Its process exits. */
    STOPPING;

    /** Returns whether the instance waits without the state. */
    public boolean isOutside() {
        return this == STANDBY || this == PREFLIGHTED || this == REQUESTING;
    }
}
