package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.handoff.Role;
import io.gracefulbackup.internal.hook.ExitHook;
import io.gracefulbackup.internal.hook.ExitReason;
import io.gracefulbackup.internal.pointers.ReceiptWriter;
import io.gracefulbackup.internal.readiness.Readiness;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The end of an installation: makes the final backup, releases the lease, leaves the receipt, tells listeners. Runs once, for the
 * JVM's hook or for the application, whoever comes first; the others wait for its report.
 */
final class ExitSequence {
    private final BackupConfig config;
    private final RunQueue runs;
    private final Role role;
    private final Readiness readiness;
    private final Repairs repairs;
    private final StatusTracker status;
    private final ReceiptWriter receipts;
    private final Listeners listeners;
    private final OperatorLog log;
    private final AtomicBoolean hasBegun = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable BackupReport outcome;

    ExitSequence(
            BackupConfig config,
            RunQueue runs,
            Role role,
            Readiness readiness,
            Repairs repairs,
            StatusTracker status,
            ReceiptWriter receipts,
            Listeners listeners,
            OperatorLog log) {
        this.config = config;
        this.runs = runs;
        this.role = role;
        this.readiness = readiness;
        this.repairs = repairs;
        this.status = status;
        this.receipts = receipts;
        this.listeners = listeners;
        this.log = log;
    }

    /** What the JVM's hook runs. */
    void runAtExit() {
        ShutdownReason reason;
        try {
            reason = ExitReason.detect();
        } catch (RuntimeException | Error unknown) {
            // A message is the worse for it, a backup is not: the jar may have been replaced, or memory is short.
            reason = ShutdownReason.EXIT;
        }
        run(reason, config.timeout());
    }

    /** Whether it has begun and not ended. */
    boolean isUnderWay() {
        return hasBegun.get() && ended.getCount() > 0;
    }

    /** Runs, or waits for the run that has begun. Returns at the deadline at the latest, whatever the backup does. */
    BackupReport run(ShutdownReason reason, Duration timeout) {
        if (!hasBegun.compareAndSet(false, true)) {
            return awaitOther(reason, timeout);
        }
        BackupReport report = failed(reason, Messages.FINAL_BACKUP_FAILED);
        try {
            report = finalBackup(reason, timeout);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error unforeseen) {
            report = failed(reason, Failures.describe(unforeseen));
            log.error(Messages.backupFailed(Failures.describe(unforeseen)));
        } finally {
            outcome = report;
            ended.countDown();
        }
        return report;
    }

    private BackupReport awaitOther(ShutdownReason reason, Duration timeout) {
        try {
            ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        BackupReport report = outcome;
        return report == null ? failed(reason, Messages.FINAL_BACKUP_UNDER_WAY) : report;
    }

    /** The report of a final backup that did not end. */
    static BackupReport failed(ShutdownReason reason, String why) {
        return BackupReport.builder(Messages.FINAL_BACKUP)
                .shutdown(reason)
                .failure(why)
                .build();
    }

    private BackupReport finalBackup(ShutdownReason reason, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        Deadline work = deadline.atMost(timeout.minus(margin(timeout)));
        try {
            announce(reason);
            Optional<BackupReport> report = await(runs.exit(reason, work, role::exitPermit), timeout, work, deadline);
            role.exitSaved(half(deadline).atMost(Timeouts.EXIT_LEASE_RELEASE));
            if (report.isPresent()) {
                publish(report.get(), deadline);
            }
            return report.orElseGet(() -> failed(reason, Messages.FINAL_BACKUP_FAILED));
        } finally {
            log.flush(deadline.atMost(Timeouts.EXIT_LOG_FLUSH));
        }
    }

    /** The backup comes first: nothing that fails here may prevent it. */
    private void announce(ShutdownReason reason) {
        try {
            if (ExitHook.isExiting()) {
                log.exitBegins();
            }
            log.warn(Messages.shutdownSignal(reason));
            status.enter(BackupStatus.State.STOPPING);
            readiness.stop();
            repairs.stop();
        } catch (RuntimeException | Error failed) {
            log.error(Messages.exitStepFailed(Failures.describe(failed)));
        }
    }

    private static Duration margin(Duration timeout) {
        Duration share = timeout.dividedBy(20);
        return share.compareTo(Timeouts.EXIT_MARGIN) < 0 ? share : Timeouts.EXIT_MARGIN;
    }

    private Optional<BackupReport> await(Task<BackupReport> backup, Duration timeout, Deadline work, Deadline deadline)
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
            log.error(Messages.backupNotFinished(timeout, Failures.stack(backup.stack())));
        }
        return Optional.empty();
    }

    private void publish(BackupReport report, Deadline deadline) throws InterruptedException {
        if (!config.pullRequest() && !isWithoutState(report)) {
            receipts.ended(report, half(deadline));
        }
        log.summary(Messages.summary(report));
        listeners.tell(report);
        listeners.flush(half(deadline).atMost(Timeouts.EXIT_LISTENERS));
    }

    /** An instance that had nothing to save leaves no receipt of that: the next start asks what became of the state. */
    private static boolean isWithoutState(BackupReport report) {
        return report.id().isEmpty() && report.failure().isEmpty();
    }

    private static Deadline half(Deadline deadline) {
        return deadline.atMost(deadline.remaining().dividedBy(2));
    }
}
