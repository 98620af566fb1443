package io.gracefulbackup;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of the library at one moment. It does not change afterwards; ask again for a newer one.
 *
 * @param state whether changes are accepted and will be saved
 * @param restore how the application came by its state
 * @param lastBackup the report of the last backup run of this process that has ended, or null if there is none
 * @param epoch the epoch of the lease that this instance holds or held last; 0 without a lease
 */
public record BackupStatus(
        State state, RestoreReport restore, @Nullable BackupReport lastBackup, long epoch) {

    /**
     * Whether changes are accepted and will be saved. Without a lease only {@link #ACTIVE}, {@link #STOPPING} and
     * {@link #UNARMED} occur; the others belong to instances that {@linkplain GracefulShutdown.Builder#handoff
     * overlap}.
     */
    public enum State {
        /** Another instance has the state, or it is not known which one. No changes are accepted. */
        STANDBY,
        /** Like {@link #STANDBY}; in addition, this instance has verified that it can restore the newest backup. */
        PREFLIGHTED,
        /** Traffic has reached this instance, which has asked the other one to hand over. */
        REQUESTING,
        /** This instance holds the lease and is restoring the state. */
        RESTORING,
        /**
         * Changes are accepted, and the exit will save them. With a lease, changes are accepted once the {@link
         * Handoff#onActive} actions have ended.
         */
        ACTIVE,
        /** The lease cannot be reached. Changes are accepted until its term ends. */
        DEGRADED,
        /** Another instance has asked for the state, which is being saved for it. No changes are accepted. */
        HANDING_OVER,
        /** This instance has handed over. It accepts no changes, and resumes only if no other instance takes over. */
        RETIRED,
        /** This instance could not restore the state, and leaves it to others. */
        FAILED,
        /** The exit has begun. */
        STOPPING,
        /**
         * Nothing will be saved: the exit had begun before {@code install()} ended, or {@code uninstall()} was called.
         */
        UNARMED
    }

    /** The report of the last backup run of this process that has ended. */
    public Optional<BackupReport> last() {
        return Optional.ofNullable(lastBackup);
    }
}
