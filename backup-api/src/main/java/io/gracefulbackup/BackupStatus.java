package io.gracefulbackup;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the library stands at this moment.
 *
 * @param state whether changes are accepted and will be saved
 * @param restore how the application started
 * @param lastBackup the last backup run of this process, or null if there was none
 * @param epoch the epoch of the lease that this instance holds or held last; 0 without one
 */
public record BackupStatus(
        State state, RestoreReport restore, @Nullable BackupReport lastBackup, long epoch) {

    /** Whether changes are accepted and will be saved. Most of them come about only where instances {@link Handoff overlap}. */
    public enum State {
        /** Another instance has the state, or it is not known who has. Accepts nothing. */
        STANDBY,
        /** As before, and the newest backup was seen to be one that this instance can restore. */
        PREFLIGHTED,
        /** Traffic has come, so the other instance was asked to hand over. */
        REQUESTING,
        /** It is this instance's turn, and it is getting the state. */
        RESTORING,
        /** Changes are accepted; the exit will save them. */
        ACTIVE,
        /** The lease cannot be reached: changes are accepted until its term ends. */
        DEGRADED,
        /** Another instance has asked: the state is being saved for it, nothing is accepted. */
        HANDING_OVER,
        /** Had its turn. Accepts nothing, and goes on only if nobody else does. */
        RETIRED,
        /** It was this instance's turn, but the state could not be restored. Leaves it to others. */
        FAILED,
        /** The exit has begun. */
        STOPPING,
        /** Nothing will be saved: {@code install()} came after the exit had begun, or {@code uninstall()} was called. */
        UNARMED
    }

    /** The last backup run of this process. */
    public Optional<BackupReport> last() {
        return Optional.ofNullable(lastBackup);
    }
}
