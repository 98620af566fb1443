package io.gracefulbackup;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the process before this one ended, as its receipt and the restored backup tell. The receipt is kept beside the local
 * backup file; where the platform wipes the disk there is none.
 *
 * @param outcome in one word
 * @param explanation in one sentence, for the operator
 * @param at when it ended, or null if that is not known
 * @param backup the backup that it made while it ended, or null
 * @param sha256 of that backup's sealed bytes; empty if not known
 * @param sinks what became of it in each sink; empty if not known
 */
public record PreviousShutdown(
        Outcome outcome,
        String explanation,
        @Nullable Instant at,
        @Nullable BackupId backup,
        String sha256,
        List<SinkResult> sinks) {

    /** How it ended. */
    public enum Outcome {
        /** Every sink held its last state when it ended. */
        CLEAN,
        /** Its last state was saved, but not everywhere, or it ended before that was known. */
        PARTIAL,
        /** It ended without saving; what was restored is older than its last state. */
        NONE,
        /** There is nothing to tell it by, such as at the first start. */
        UNKNOWN
    }

    /** Copies the list. */
    public PreviousShutdown {
        sinks = List.copyOf(sinks);
    }
}
