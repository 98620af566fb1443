package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import java.util.stream.Collectors;

/** One line about a run, for standard error. */
final class Summary {
    private Summary() {}

    static String of(BackupReport report) {
        String outcome = report.failureReason()
                .map(why -> "nothing saved: " + why.lines().findFirst().orElse(why))
                .orElseGet(() -> report.sealedBytes() + " bytes; "
                        + report.sinks().stream().map(Summary::of).collect(Collectors.joining(", ")));
        return outcome + " (" + report.took().toMillis() + " ms)";
    }

    private static String of(SinkResult result) {
        if (result instanceof SinkResult.Stored stored) {
            return stored.sink() + " stored";
        }
        if (result instanceof SinkResult.Failed failed) {
            return failed.sink() + " FAILED: " + failed.cause();
        }
        if (result instanceof SinkResult.TimedOut late) {
            return late.sink() + " TIMED OUT";
        }
        return result.sink() + " skipped";
    }
}
