package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.readiness.Readiness;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.run.RunListener;
import java.time.Duration;

/** Records the outcome of every backup run, logs what failed, and tells listeners. The exit tells its listeners itself. */
final class RunReporter implements RunListener {
    private final StatusTracker status;
    private final Readiness readiness;
    private final Listeners listeners;
    private final Duration timeout;
    private final OperatorLog log;

    RunReporter(StatusTracker status, Readiness readiness, Listeners listeners, Duration timeout, OperatorLog log) {
        this.status = status;
        this.readiness = readiness;
        this.listeners = listeners;
        this.timeout = timeout;
        this.log = log;
    }

    @Override
    public void ended(BackupReport report) {
        String newestBackup = status.backedUp(report);
        if (report.isStored()) {
            readiness.backedUp();
        }
        report.failure().ifPresent(why -> log.error(Messages.backupFailed(why, newestBackup)));
        if (report.id().isPresent() && !report.isStored() && !isSkippedEverywhere(report)) {
            log.error(Messages.storedNowhere(newestBackup));
        }
        if (report.shutdown().isEmpty()) {
            ExitForecast.after(report, timeout).ifPresent(line -> log.warnOnce("the exit's forecast", line));
            listeners.tell(report);
        }
    }

    private static boolean isSkippedEverywhere(BackupReport report) {
        return report.sinks().stream().allMatch(SinkResult.Skipped.class::isInstance);
    }
}
