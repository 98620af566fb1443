package io.gracefulbackup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the application started, or what a restore into the running one has brought.
 *
 * @param outcome what was done
 * @param restored the header of the restored backup, or null
 * @param sink the sink that it came from, or null
 * @param explanation what was found and decided, a sentence each, in order
 * @param previous how the process before this one ended, or null after a restore into the running application
 * @param took from the call of {@code install()} to the end of the restore
 */
public record RestoreReport(
        Outcome outcome,
        @Nullable BackupHeader restored,
        @Nullable String sink,
        List<String> explanation,
        @Nullable PreviousShutdown previous,
        Duration took) {

    /** What a start can come to. */
    public enum Outcome {
        /** A backup was restored. */
        RESTORED,
        /** There is no backup, which is proven, or {@code BACKUP_START=empty} asked for an empty start. */
        EMPTY,
        /** Nothing yet: another instance has the state, see {@link GracefulShutdown.Builder#handoff}. */
        PENDING,
        /** This instance had handed over, nobody went on from there, and it goes on with the state that it had. */
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
