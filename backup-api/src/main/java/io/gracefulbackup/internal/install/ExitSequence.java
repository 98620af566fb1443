package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.handoff.Role;
import io.gracefulbackup.internal.hook.ExitReason;
import io.gracefulbackup.internal.pointers.ReceiptWriter;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** What the JVM's hook runs: makes the final backup, releases the lease, leaves the receipt, tells listeners. */
final class ExitSequence implements Runnable {
    private final BackupConfig config;
    private final RunQueue runs;
    private final Role role;
    private final Repairs repairs;
    private final StatusTracker status;
    private final ReceiptWriter receipts;
    private final Listeners listeners;
    private final OperatorLog log;

    ExitSequence(
            BackupConfig config,
            RunQueue runs,
            Role role,
            Repairs repairs,
            StatusTracker status,
            ReceiptWriter receipts,
            Listeners listeners,
            OperatorLog log) {
        this.config = config;
        this.runs = runs;
        this.role = role;
        this.repairs = repairs;
        this.status = status;
        this.receipts = receipts;
        this.listeners = listeners;
        this.log = log;
    }

    /** Returns at the deadline at the latest, whatever the backup does. */
    @Override
    public void run() {
        Deadline deadline = Deadline.after(config.timeout());
        Deadline work = deadline.atMost(config.timeout().minus(margin()));
        ShutdownReason reason = ExitReason.detect();
        log.exitBegins();
        log.warn(Messages.shutdownSignal(reason));
        try {
            status.enter(BackupStatus.State.STOPPING);
            repairs.stop();
            Optional<BackupReport> report = await(runs.exit(reason, work, role::exitPermit), work, deadline);
            role.exitSaved(half(deadline).atMost(Timeouts.EXIT_LEASE_RELEASE));
            if (report.isPresent()) {
                publish(report.get(), deadline);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            log.flush(deadline.atMost(Timeouts.EXIT_LOG_FLUSH));
        }
    }

    private Duration margin() {
        Duration share = config.timeout().dividedBy(20);
        return share.compareTo(Timeouts.EXIT_MARGIN) < 0 ? share : Timeouts.EXIT_MARGIN;
    }

    private Optional<BackupReport> await(Task<BackupReport> backup, Deadline work, Deadline deadline)
            throws InterruptedException {
        try {
            backup.await(work);
        } catch (ExecutionException | TimeoutException e) {
            // A run whose sinks were cut off at the deadline ends within the margin: it is asked again below.
        }
        try {
            return Optional.of(backup.await(half(deadline)));
        } catch (ExecutionException failed) {
            log.error(Messages.backupFailed(Failures.describe(Failures.cause(failed))));
        } catch (TimeoutException timedOut) {
            log.error(Messages.backupNotFinished(config.timeout(), Failures.stack(backup.stack())));
        }
        return Optional.empty();
    }

    private void publish(BackupReport report, Deadline deadline) throws InterruptedException {
        if (!config.pullRequest() && !isWithoutState(report)) {
            receipts.ended(report, half(deadline));
        }
        log.summary(Messages.summary(report));
        listeners.tell(report, half(deadline).atMost(Timeouts.EXIT_LISTENERS));
    }

    /** An instance that had nothing to save leaves no receipt of that: the next start asks what became of the state. */
    private static boolean isWithoutState(BackupReport report) {
        return report.id().isEmpty() && report.failure().isEmpty();
    }

    private static Deadline half(Deadline deadline) {
        return deadline.atMost(deadline.remaining().dividedBy(2));
    }
}
