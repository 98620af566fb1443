package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.handoff.InstanceHost;
import io.gracefulbackup.internal.pointers.Receipt;
import io.gracefulbackup.internal.pointers.ReceiptWriter;
import io.gracefulbackup.internal.pointers.ShutdownAssessment;
import io.gracefulbackup.internal.readiness.Readiness;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.restore.DroppedProperties;
import io.gracefulbackup.internal.restore.Restore;
import io.gracefulbackup.internal.restore.SinkRepair;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.run.RunComponents;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.StateGuard;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Timeouts;
import java.time.Duration;
import java.util.Optional;

/** Does for the role of this process what involves the rest of the engine. */
final class EngineHost implements InstanceHost {
    private final Components components;
    private final BackupConfig config;
    private final RunComponents run;
    private final RunQueue runs;
    private final Readiness readiness;
    private final Repairs repairs;
    private final ReceiptWriter receipts;
    private final StatusTracker status;
    private final Arming arming;
    private final DroppedProperties dropped;
    private final Optional<Receipt> previousReceipt;
    private final long started;
    private volatile long stateBytes;

    EngineHost(
            Components components,
            RunComponents run,
            RunQueue runs,
            Readiness readiness,
            Repairs repairs,
            ReceiptWriter receipts,
            StatusTracker status,
            Arming arming,
            DroppedProperties dropped,
            Optional<Receipt> previousReceipt,
            long started) {
        this.components = components;
        this.config = components.config();
        this.run = run;
        this.runs = runs;
        this.readiness = readiness;
        this.repairs = repairs;
        this.receipts = receipts;
        this.status = status;
        this.arming = arming;
        this.dropped = dropped;
        this.previousReceipt = previousReceipt;
        this.started = started;
    }

    @Override
    public Restore newRestore(boolean followsChoices) {
        return components.newRestore(followsChoices);
    }

    @Override
    public StateGuard stateGuard() {
        return run.snapshot().stateGuard();
    }

    @Override
    public Lineage lineage() {
        return run.lineage();
    }

    @Override
    public void requireReadiness(boolean hasRestored) throws InterruptedException {
        readiness.settle(hasRestored);
    }

    @Override
    public void adopt(StartOutcome outcome) throws InterruptedException {
        run.lineage().begin(outcome.parent(), outcome.position(), outcome.honoured(), outcome.choices());
        run.sizes().stored(outcome.sections());
        stateBytes = outcome.stateBytes();
        BackupHeader restored = outcome.restored();
        if (restored != null) {
            dropped.afterStart(restored);
        }
    }

    /** The size of the restored state, 0 before the first restore. */
    long stateBytes() {
        return stateBytes;
    }

    @Override
    public boolean arm(BackupStatus.State state) {
        return arming.arm(state);
    }

    @Override
    public void entered(BackupStatus.State state, String detail) {
        status.enter(state, detail);
    }

    @Override
    public RestoreReport reportStart(StartOutcome outcome, boolean first) {
        RestoreReport report = new RestoreReport(
                outcome.restored() == null ? RestoreReport.Outcome.EMPTY : RestoreReport.Outcome.RESTORED,
                outcome.restored(),
                outcome.sink(),
                outcome.explanation(),
                ShutdownAssessment.of(first ? previousReceipt : Optional.empty(), outcome.restored()),
                Duration.ofNanos(System.nanoTime() - started));
        new StartReporter(components).start(outcome, report);
        status.restored(report);
        return report;
    }

    @Override
    public RestoreReport restoreReport() {
        return status.restoreReport();
    }

    @Override
    public void activate(RestoreReport report) {
        boolean isSeeding = report.outcome() == RestoreReport.Outcome.EMPTY;
        config.registered()
                .onActive()
                .forEach(action -> runHostCode("onActive", () -> action.accept(report))
                        .filter(why -> isSeeding)
                        .ifPresent(why -> {
                            throw new BackupException(components.redact().apply(Messages.seedingFailed(why)));
                        }));
    }

    @Override
    public void retire() {
        repairs.stop();
        config.registered().onRetire().forEach(action -> runHostCode("onRetire", action));
    }

    /** A failure of the host's code is logged, and returned in words. */
    private Optional<String> runHostCode(String what, Runnable action) {
        try {
            action.run();
            return Optional.empty();
        } catch (Throwable failed) {
            run.log().error(Messages.hostCodeFailed(what, Failures.describe(failed)));
            return Optional.of(Failures.describe(failed));
        }
    }

    @Override
    public void settle(StartOutcome outcome, boolean first) throws InterruptedException {
        if (!config.pullRequest()) {
            receipts.running(Deadline.after(Timeouts.RECEIPT));
            BackupHeader restored = outcome.restored();
            if (restored != null) {
                repair(restored, outcome);
            }
        }
        if (first && config.keys().filter(keys -> !keys.previous().isEmpty()).isPresent()) {
            run.log()
                    .info(new PreviousKeyCheck(components.reader())
                            .report(components.loader().sinks(), Deadline.after(config.startTimeout())));
        }
    }

    private void repair(BackupHeader restored, StartOutcome outcome) throws InterruptedException {
        SinkRepair repair = new SinkRepair(components.copyReader(), components.pointers(), run.holdings(), run.log());
        if (repairs.start(repair, () -> status.state() == BackupStatus.State.ACTIVE)) {
            repair.run(restored, outcome.inventory(), components.loader().sinks());
        }
    }

    @Override
    public BackupReport handOver(SavePermit permit) {
        repairs.stop();
        return runs.handOver(permit);
    }
}
