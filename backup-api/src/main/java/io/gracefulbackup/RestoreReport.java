package io.gracefulbackup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the application came by its state: at the start, by a restore while it ran, or from another instance.
 *
 * @param outcome what was done
 * @param restored the header of the restored backup, or null
 * @param sink the sink that the backup came from, or null
 * @param explanation what was found and decided, as sentences in this order
 * @param previous how the process before this one ended; null after a restore while the application ran, and without a
 *     restore
 * @param took the time from the call of {@code install()} or {@code restore(…)} to the end of the restore
 */
public record RestoreReport(
        Outcome outcome,
        @Nullable BackupHeader restored,
        @Nullable String sink,
        List<String> explanation,
        @Nullable PreviousShutdown previous,
        Duration took) {

    /** What was done. */
    public enum Outcome {
        /** A backup was restored. */
        RESTORED,
        /**
         * The application started empty: it is proven that there is no backup, or {@code BACKUP_START=empty} is set.
         */
        EMPTY,
        /** Nothing yet, because another instance has the state; see {@link GracefulShutdown.Builder#handoff}. */
        PENDING,
        /** This instance had handed over, no other instance took over, and it resumes with the state that it had. */
        KEPT
    }

    /** Copies the explanation. */
    public RestoreReport {
        explanation = List.copyOf(explanation);
    }

    /** How the process before this one ended. */
    public Optional<PreviousShutdown> previousShutdown() {
        return Optional.ofNullable(previous);
    }

    /** The restored backup, if any. */
    public Optional<BackupHeader> restoredBackup() {
        return Optional.ofNullable(restored);
    }
}
