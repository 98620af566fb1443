package io.gracefulbackup.internal.handoff;

/** What an instance that starts has found out about the lease. */
enum LeaseOutcome {
    /** This instance holds it and accepts changes. */
    ACTIVE,
    /** Another instance holds it, or it is reserved for another one. */
    ELSEWHERE,
    /** This instance held it, but could not restore the state. */
    FAILED,
    /** Not known yet. */
    UNKNOWN
}
