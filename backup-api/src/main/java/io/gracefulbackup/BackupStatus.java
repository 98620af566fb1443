package io.gracefulbackup;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the library stands at this moment.
 *
 * @param state whether changes are accepted and will be saved
 * @param restore how the application started
 * @param lastBackup the last backup run of this process, or null if there was none
 */
public record BackupStatus(
        State state, RestoreReport restore, @Nullable BackupReport lastBackup) {

    /** Whether changes are accepted and will be saved. */
    public enum State {
        /** Changes are accepted; the exit will save them. */
        ACTIVE,
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
