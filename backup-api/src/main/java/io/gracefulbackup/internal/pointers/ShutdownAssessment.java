package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.PreviousShutdown;
import io.gracefulbackup.PreviousShutdown.Outcome;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells how the process before ended. Pure. */
public final class ShutdownAssessment {
    private ShutdownAssessment() {}

    /** What the receipt that was found, if any, and the backup that was restored, if any, tell of the shutdown before. */
    public static PreviousShutdown of(Optional<Receipt> found, @Nullable BackupHeader restored) {
        String from = restored == null
                ? "There was no backup to restore"
                : "The restored state is from " + restored.createdAt() + " (" + restored.name() + ")";
        if (found.isEmpty()) {
            return new PreviousShutdown(Outcome.UNKNOWN, withoutReceipt(restored, from), null, null, "", List.of());
        }
        Receipt receipt = found.get();
        Receipt.Ending ending = receipt.ending();
        if (ending == null) {
            if (restored != null && restored.instance().equals(receipt.instance()) && isExit(restored)) {
                return new PreviousShutdown(
                        Outcome.PARTIAL,
                        "The process before saved its last state, but ended before everything was done. " + from,
                        null,
                        restored.id(),
                        "",
                        List.of());
            }
            return new PreviousShutdown(
                    Outcome.NONE,
                    "The process before ended without saving (killed, out of memory or crashed). " + from,
                    null,
                    null,
                    "",
                    List.of());
        }
        List<String> missing = ending.sinks().stream()
                .filter(sink -> sink instanceof SinkResult.Failed || sink instanceof SinkResult.TimedOut)
                .map(ShutdownAssessment::missing)
                .toList();
        boolean stored = ending.sinks().stream().anyMatch(SinkResult.Stored.class::isInstance);
        Outcome outcome = !stored ? Outcome.NONE : missing.isEmpty() ? Outcome.CLEAN : Outcome.PARTIAL;
        String what = switch (outcome) {
            case CLEAN -> "The process before saved its last state everywhere";
            case PARTIAL ->
                "The process before saved its last state, but not everywhere: " + String.join("; ", missing);
            default ->
                "The process before saved nothing when it ended: "
                        + Optional.ofNullable(ending.failure()).orElseGet(() -> String.join("; ", missing));
        };
        return new PreviousShutdown(
                outcome, what + ". " + from, receipt.since(), ending.backup(), ending.sha256(), ending.sinks());
    }

    private static String withoutReceipt(@Nullable BackupHeader restored, String from) {
        return restored == null
                ? "No process before this one is known"
                : "There is no receipt of the process before. " + from
                        + (isExit(restored) ? ", made by a shutdown" : ", not made by a shutdown");
    }

    private static boolean isExit(BackupHeader header) {
        return Arrays.stream(ShutdownReason.values())
                .anyMatch(reason -> reason.name().equals(header.reason()));
    }

    private static String missing(SinkResult result) {
        return result instanceof SinkResult.Failed failed
                ? failed.sink() + " failed: " + failed.cause()
                : result.sink() + " was not finished in time";
    }
}
