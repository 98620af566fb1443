package io.gracefulbackup.internal.handoff;

/** What an instance that starts has found out about the lease. */
enum LeaseOutcome {
    /** This instance holds it and accepts changes, or did so and has handed over since. */
    ACTIVE,
    /** This instance holds it and has the state; the host's {@code onActive} actions have not ended. */
    ACTIVATING,
    /** Another instance holds it, or it is reserved for another one. */
    ELSEWHERE,
    /** This instance held it, but could not restore the state, or the host could not start with it. */
    FAILED,
    /** The lease cannot be used, and that does not pass: no instance was seen to hold it. */
    REFUSED,
    /** The exit of this process has begun, and it was not known yet who has the state. */
    STOPPING,
    /** Not known yet. */
    UNKNOWN
}
