package io.gracefulbackup;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code install()} would do now.
 *
 * @param action the action
 * @param backup the backup that {@code install()} would try first, or null
 * @param reason why {@code install()} would refuse to start; empty if it would not
 * @param explanation what was found and decided, as sentences in this order
 */
public record StartPlan(Action action, @Nullable BackupHeader backup, String reason, List<String> explanation) {

    /** What {@code install()} can do. */
    public enum Action {
        /** Restore a backup. */
        RESTORE,
        /** Start without one. */
        START_EMPTY,
        /** Refuse to start. */
        REFUSE
    }

    /** Copies the explanation. */
    public StartPlan {
        explanation = List.copyOf(explanation);
    }

    /** The backup that would be restored, if any. */
    public Optional<BackupHeader> backupToRestore() {
        return Optional.ofNullable(backup);
    }
}
