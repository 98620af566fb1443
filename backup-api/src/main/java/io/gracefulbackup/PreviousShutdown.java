package io.gracefulbackup;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the process before this one ended, according to its receipt and the restored backup. The receipt is kept next to
 * the local backup file; where the platform wipes the disk there is none.
 *
 * @param outcome how it ended
 * @param explanation the same in one sentence, for the operator
 * @param at when it ended, or null if that is not known
 * @param backup the backup that it made at its end, or null
 * @param sha256 of the sealed bytes of that backup; empty if not known
 * @param sinks the result of that backup in each sink; empty if not known
 */
public record PreviousShutdown(
        Outcome outcome,
        String explanation,
        @Nullable Instant at,
        @Nullable BackupId backup,
        String sha256,
        List<SinkResult> sinks) {

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

    /** Copies the list. */
    public PreviousShutdown {
        sinks = List.copyOf(sinks);
    }
}
