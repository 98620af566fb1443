package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateAction;
import io.gracefulbackup.internal.handoff.Role;
import io.gracefulbackup.internal.pointers.ReceiptWriter;
import io.gracefulbackup.internal.readiness.Readiness;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.restore.DroppedProperties;
import io.gracefulbackup.internal.restore.LiveRestore;
import io.gracefulbackup.internal.retention.BackupAdmin;
import io.gracefulbackup.internal.run.BackupTrigger;
import io.gracefulbackup.internal.run.Checkpoints;
import io.gracefulbackup.internal.run.RunComponents;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The engine behind a started handle: checks whether a call is possible now and passes it to the part that does the work. */
public final class Engine {
    private final Components components;
    private final RunComponents run;
    private final RunQueue runs;
    private final Role role;
    private final BackupAdmin admin;
    private final DroppedProperties dropped;
    private final Readiness readiness;
    private final Repairs repairs;
    private final ReceiptWriter receipts;
    private final StatusTracker status;
    private final Arming arming;
    private final ExitSequence exit;
    private final Listeners listeners;
    private volatile @Nullable Checkpoints checkpoints;

    Engine(
            Components components,
            RunComponents run,
            RunQueue runs,
            Role role,
            BackupAdmin admin,
            DroppedProperties dropped,
            Readiness readiness,
            Repairs repairs,
            ReceiptWriter receipts,
            StatusTracker status,
            Arming arming,
            ExitSequence exit,
            Listeners listeners) {
        this.components = components;
        this.run = run;
        this.runs = runs;
        this.role = role;
        this.admin = admin;
        this.dropped = dropped;
        this.readiness = readiness;
        this.repairs = repairs;
        this.receipts = receipts;
        this.status = status;
        this.arming = arming;
        this.exit = exit;
        this.listeners = listeners;
    }

    /** See {@code GracefulShutdown.write}. */
    public <T, X extends Exception> T write(StateAction<T, X> action) throws X {
        role.awaitWritable();
        return run.gate().pass(action);
    }

    /** See {@code GracefulShutdown.read}. */
    public <T, X extends Exception> T read(StateAction<T, X> action) throws X {
        role.requireState();
        T result = action.run();
        if (!role.hasState()) {
            throw new NotAcknowledgedException(Messages.STATE_LEFT_WHILE_READING);
        }
        return result;
    }

    /** See {@code GracefulShutdown.requestHandoff}. */
    public void requestHandoff() {
        role.requireState();
    }

    /** See {@code GracefulShutdown.awaitActive}. */
    public boolean awaitActive(Duration patience) throws InterruptedException {
        return run.gate().awaitOpen(Deadline.after(patience));
    }

    /** See {@code GracefulShutdown.backupNow}. */
    public BackupReport backupNow(String name) {
        return backUp(BackupTrigger.manual(name));
    }

    private BackupReport backUp(BackupTrigger trigger) {
        BackupStatus.State now = status.state();
        if (now == BackupStatus.State.CLOSED) {
            throw new BackupException(Messages.NOT_ARMED);
        }
        if (now != BackupStatus.State.STOPPING && role.permit().isEmpty()) {
            throw new BackupException(Messages.nothingSavedIn(now));
        }
        return runs.backUp(trigger);
    }

    /** Starts the checkpoints, if an interval is set. */
    void startCheckpoints() {
        components
                .config()
                .interval()
                .ifPresent(interval ->
                        checkpoints = Checkpoints.every(interval, this::checkpoint, run.log(), run.threads()));
    }

    private void checkpoint() {
        if (role.permit().isPresent() && status.state() != BackupStatus.State.STOPPING) {
            backUp(BackupTrigger.checkpoint());
        }
    }

    /** See {@code GracefulShutdown.restore}. */
    public RestoreReport restore(BackupId id) {
        if (status.state() != BackupStatus.State.ACTIVE) {
            throw new BackupException(Messages.notRestoredIn(status.state()));
        }
        RestoreReport report = runs.exclusively(
                Messages.restoreOf(id.value()),
                turn -> new LiveRestore(
                                run, components.catalog(), components.copyReader(), components.sourceBinder(), dropped)
                        .run(id, turn));
        status.restored(report);
        return report;
    }

    /** See {@code GracefulShutdown.protect} and {@code unprotect}. */
    public ProtectionReport protect(BackupId id, boolean isProtected) {
        try {
            return admin.protect(id, isProtected);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException(Messages.interruptedLookingFor(id.value()), interrupted);
        }
    }

    /** See {@code GracefulShutdown.previewRetention}. */
    public List<RetentionReport> previewRetention() {
        try {
            return admin.retention();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException(Messages.INTERRUPTED_WHILE_LISTING, interrupted);
        }
    }

    /** See {@code GracefulShutdown.restoreReport}. */
    public RestoreReport restoreReport() {
        return status.restoreReport();
    }

    /** See {@code GracefulShutdown.status}. */
    public BackupStatus status() {
        return status.status(role.epoch());
    }

    /** See {@code GracefulShutdown.shutdown}. Interrupts of the caller have no effect on the backup, and are kept. */
    BackupReport shutdown(ShutdownReason reason, Duration timeout) {
        if (run.drain().isCalledFromStep()) {
            throw new BackupException(Messages.BACKUP_FROM_DRAIN_STEP);
        }
        Task<BackupReport> task = run.threads().startOrRun("shutdown", () -> exit.run(reason, timeout));
        Deadline deadline = Deadline.after(timeout.plus(Timeouts.EXIT_MARGIN));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.await(deadline);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | TimeoutException e) {
                    return ExitSequence.failed(reason, Messages.FINAL_BACKUP_FAILED);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** See {@code GracefulShutdown.close}. */
    void close() {
        BackupReport report = shutdown(ShutdownReason.CLOSE, components.config().timeout());
        if (end(() -> {}) && isLost(report)) {
            String why = report.failure().orElseGet(() -> report.sinks().toString());
            throw new BackupException(Messages.closedUnsaved(run.application(), why));
        }
    }

    private static boolean isLost(BackupReport report) {
        boolean isSkippedEverywhere = report.sinks().stream().allMatch(SinkResult.Skipped.class::isInstance);
        return report.failure().isPresent() || (!report.isStored() && !isSkippedEverywhere);
    }

    /** See {@code GracefulShutdown.uninstall}. */
    void uninstall() {
        if (!exit.isUnderWay()) {
            end(() -> receipts.withdrawn(Deadline.after(Timeouts.RECEIPT_REMOVAL)));
        }
    }

    /** The start failed: ends as {@link #uninstall} does, and leaves the receipt of the process before as it is. */
    void notStarted() {
        if (!exit.isUnderWay()) {
            end(() -> {});
        }
    }

    private interface LastStep {
        void run() throws InterruptedException;
    }

    /**
     * Disarms, and ends everything that the installation has started.
     *
     * @return false if nothing was armed any more, or the process is exiting and takes everything with it
     */
    private boolean end(LastStep lastStep) {
        if (!arming.disarm()) {
            return false;
        }
        Checkpoints running = checkpoints;
        if (running != null) {
            running.stop();
        }
        readiness.stop();
        repairs.stop();
        runs.cancelAll();
        try {
            closeGate();
            role.leave(Deadline.after(Timeouts.LEASE_RELEASE));
            lastStep.run();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        status.closed();
        closeListeners();
        components.close();
        return true;
    }

    private void closeListeners() {
        try {
            listeners.close(Deadline.after(Timeouts.LAST_LISTENERS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The exit of the process began before the exit was armed. */
    void tooLate() throws InterruptedException {
        closeGate();
        status.closed();
    }

    /** Nothing is saved any more, so nothing is acknowledged. */
    private void closeGate() throws InterruptedException {
        run.gate().close(Deadline.after(Duration.ZERO));
    }

    /** The application and the state, without secrets. */
    @Override
    public String toString() {
        return run.application() + ", " + status.state();
    }
}
