package io.gracefulbackup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the application came by its state: at the start, by a restore while it ran, or from another instance. Immutable.
 * Later versions of the library may add values.
 */
public final class RestoreReport {
    private final Outcome outcome;
    private final @Nullable BackupHeader restored;
    private final @Nullable String sink;
    private final List<String> explanation;
    private final @Nullable PreviousShutdown previousShutdown;
    private final Duration took;

    /** What was done. */
    public enum Outcome {
        /** A backup was restored. */
        RESTORED,
        /**
         * The application started empty: it is proven that there is no backup, or {@code BACKUP_START=empty} is set.
         */
        EMPTY,
        /** Nothing yet: {@code start()} has not been called, or another instance has the state. */
        PENDING,
        /** This instance had handed over, no other instance took over, and it resumes with the state that it had. */
        KEPT
    }

    /**
     * Creates a report. Reports are made by the library; tests of listeners may make their own.
     *
     * @param outcome see {@link #outcome()}
     * @param restored see {@link #restored()}
     * @param sink see {@link #sink()}
     * @param explanation see {@link #explanation()}
     * @param previousShutdown see {@link #previousShutdown()}
     * @param took see {@link #took()}
     */
    public RestoreReport(
            Outcome outcome,
            @Nullable BackupHeader restored,
            @Nullable String sink,
            List<String> explanation,
            @Nullable PreviousShutdown previousShutdown,
            Duration took) {
        this.outcome = outcome;
        this.restored = restored;
        this.sink = sink;
        this.explanation = List.copyOf(explanation);
        this.previousShutdown = previousShutdown;
        this.took = took;
    }

    /** What was done. */
    public Outcome outcome() {
        return outcome;
    }

    /** The header of the restored backup, if one was restored. */
    public Optional<BackupHeader> restored() {
        return Optional.ofNullable(restored);
    }

    /** The name of the sink that the backup came from. */
    public Optional<String> sink() {
        return Optional.ofNullable(sink);
    }

    /** What was found and decided, as sentences in this order; unmodifiable. */
    public List<String> explanation() {
        return explanation;
    }

    /** How the process before this one ended; empty after a restore while the application ran, and without a restore. */
    public Optional<PreviousShutdown> previousShutdown() {
        return Optional.ofNullable(previousShutdown);
    }

    /** The time from the call of {@code start()} or {@code restore(…)} to the end of the restore. */
    public Duration took() {
        return took;
    }

    /** The outcome, and the restored backup, for logs. */
    @Override
    public String toString() {
        return "RestoreReport[" + outcome + ", restored=" + restored + ", sink=" + sink + ", explanation=" + explanation
                + "]";
    }
}
