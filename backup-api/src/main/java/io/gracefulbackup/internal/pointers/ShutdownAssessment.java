package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.PreviousShutdown;
import io.gracefulbackup.PreviousShutdown.Outcome;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.pointers.Receipt.Ending;
import io.gracefulbackup.internal.report.Messages;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Assesses how the process before ended. Pure. */
public final class ShutdownAssessment {
    private ShutdownAssessment() {}

    /**
     * The assessment.
     *
     * @param found the receipt of the process before, if there is one
     * @param restored the backup that was restored, or null at an empty start
     */
    public static PreviousShutdown of(Optional<Receipt> found, @Nullable BackupHeader restored) {
        String state = restored == null
                ? Messages.NOTHING_RESTORED
                : Messages.restoredStateIsFrom(restored.createdAt(), restored.name());
        if (found.isEmpty()) {
            return withoutDetails(Outcome.UNKNOWN, withoutReceipt(restored, state), null);
        }
        Receipt receipt = found.get();
        Ending ending = receipt.ending();
        return ending == null ? withoutEnding(receipt, restored, state) : withEnding(ending, receipt.since(), state);
    }

    private static String withoutReceipt(@Nullable BackupHeader restored, String state) {
        return restored == null ? Messages.NO_EARLIER_PROCESS : Messages.noReceipt(state, isFromShutdown(restored));
    }

    /** The process was killed; before that it may have saved its state at least in one sink. */
    private static PreviousShutdown withoutEnding(Receipt receipt, @Nullable BackupHeader restored, String state) {
        return restored != null && restored.instance().equals(receipt.instance()) && isFromShutdown(restored)
                ? withoutDetails(Outcome.PARTIAL, Messages.endedAfterSaving(state), restored)
                : withoutDetails(Outcome.NONE, Messages.endedWithoutSaving(state), null);
    }

    private static PreviousShutdown withEnding(Ending ending, Instant at, String state) {
        List<String> missing = ending.sinks().stream()
                .filter(sink -> sink instanceof SinkResult.Failed || sink instanceof SinkResult.TimedOut)
                .map(ShutdownAssessment::missing)
                .toList();
        boolean isStored = ending.sinks().stream().anyMatch(SinkResult.Stored.class::isInstance);
        Outcome outcome = !isStored ? Outcome.NONE : missing.isEmpty() ? Outcome.CLEAN : Outcome.PARTIAL;
        String sinks = String.join("; ", missing);
        String failure = ending.failure();
        String why = outcome == Outcome.NONE && failure != null ? failure : sinks;
        return new PreviousShutdown(
                outcome,
                Messages.ended(outcome, why, state),
                at,
                ending.backup(),
                ending.sha256().isEmpty() ? null : ending.sha256(),
                ending.sinks());
    }

    private static PreviousShutdown withoutDetails(Outcome outcome, String explanation, @Nullable BackupHeader saved) {
        return new PreviousShutdown(outcome, explanation, null, saved == null ? null : saved.id(), null, List.of());
    }

    private static boolean isFromShutdown(BackupHeader header) {
        return Arrays.stream(ShutdownReason.values())
                .anyMatch(reason -> reason.name().equals(header.reason()));
    }

    private static String missing(SinkResult result) {
        return result instanceof SinkResult.Failed failed
                ? Messages.sinkHadFailed(failed.sink(), failed.cause())
                : Messages.sinkNotFinished(result.sink());
    }
}
