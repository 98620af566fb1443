package io.gracefulbackup;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the process before this one ended, according to its receipt and the restored backup. The receipt is kept next to
 * the local backup file; where the platform wipes the disk there is none. Immutable. Later versions of the library may
 * add values.
 */
public final class PreviousShutdown {
    private final Outcome outcome;
    private final String explanation;
    private final @Nullable Instant at;
    private final @Nullable BackupId backup;
    private final @Nullable String sha256;
    private final List<SinkResult> sinks;

    /** How a process ended. */
    public enum Outcome {
        /** Every sink held the last state when the process ended. */
        CLEAN,
        /** The last state was saved, but not in every sink, or the process ended before that was known. */
        PARTIAL,
        /** The process ended without saving; the restored state is older than its last state. */
        NONE,
        /** There is no evidence, for instance at the first start. */
        UNKNOWN
    }

    /**
     * Creates a description. The library makes it; tests may make their own.
     *
     * @param outcome see {@link #outcome()}
     * @param explanation see {@link #explanation()}
     * @param at see {@link #at()}
     * @param backup see {@link #backup()}
     * @param sha256 see {@link #sha256()}
     * @param sinks see {@link #sinks()}
     */
    public PreviousShutdown(
            Outcome outcome,
            String explanation,
            @Nullable Instant at,
            @Nullable BackupId backup,
            @Nullable String sha256,
            List<SinkResult> sinks) {
        this.outcome = outcome;
        this.explanation = explanation;
        this.at = at;
        this.backup = backup;
        this.sha256 = sha256;
        this.sinks = List.copyOf(sinks);
    }

    /** How the process ended. */
    public Outcome outcome() {
        return outcome;
    }

    /** The same in one sentence, for the operator. */
    public String explanation() {
        return explanation;
    }

    /** When the process ended, if that is known. */
    public Optional<Instant> at() {
        return Optional.ofNullable(at);
    }

    /** The backup that the process made at its end, if it made one. */
    public Optional<BackupId> backup() {
        return Optional.ofNullable(backup);
    }

    /** SHA-256 of the sealed bytes of that backup, if known. */
    public Optional<String> sha256() {
        return Optional.ofNullable(sha256);
    }

    /** The result of that backup in each sink, unmodifiable; empty if not known. */
    public List<SinkResult> sinks() {
        return sinks;
    }

    /** The outcome and the explanation. */
    @Override
    public String toString() {
        return "PreviousShutdown[" + outcome + ", " + explanation + "]";
    }
}
