package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came of something, in few words. */
public final class Summary {
    private Summary() {}

    /** One line about a run, for standard error. */
    public static String of(BackupReport report) {
        String outcome = report.failureReason()
                .map(why -> "nothing saved: " + why.lines().findFirst().orElse(why))
                .orElseGet(() -> report.sealedBytes() + " bytes; "
                        + report.sinks().stream().map(Summary::of).collect(Collectors.joining(", ")));
        return outcome + " (" + report.took().toMillis() + " ms)";
    }

    /** What the operator reads after a restore. */
    public static List<String> ofRestore(String application, BackupHeader restored, String sink) {
        return List.of(
                "✅ " + application.substring(0, 1).toUpperCase(Locale.ROOT) + application.substring(1)
                        + " successfully restored!",
                "   " + restored.name() + " from " + sink + " (epoch " + restored.epoch() + ", sequence "
                        + restored.sequence() + ", id " + restored.id() + ")");
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
        return result.sink() + (result instanceof SinkResult.Unchanged ? " holds it already" : " skipped");
    }
}
