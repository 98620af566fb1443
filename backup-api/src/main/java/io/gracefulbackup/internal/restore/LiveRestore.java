package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.RestoredParent;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.BackupRun;
import io.gracefulbackup.internal.run.BackupTrigger;
import io.gracefulbackup.internal.run.RunComponents;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.StateGuard;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Replaces the state of a running application: find and read the backup, hold off changes, save the present state, hand the
 * backup to the sources, save the restored state. Nothing changes before the sources are called; if one of them fails, the
 * present state is put back.
 */
public final class LiveRestore {
    private final RunComponents run;
    private final WriteGate gate;
    private final StateGuard stateGuard;
    private final Lineage lineage;
    private final OperatorLog log;
    private final UnaryOperator<String> redact;
    private final Catalog catalog;
    private final CopyReader reader;
    private final SourceBinder sources;
    private final long begun = System.nanoTime();

    public LiveRestore(RunComponents run, Catalog catalog, CopyReader reader, SourceBinder sources) {
        this.run = run;
        this.gate = run.gate();
        this.stateGuard = run.snapshot().stateGuard();
        this.lineage = run.lineage();
        this.log = run.log();
        this.redact = run.redact();
        this.catalog = catalog;
        this.reader = reader;
        this.sources = sources;
    }

    /**
     * Restores that backup.
     *
     * @param exit expires when the exit begins: then no further step begins
     * @throws BackupException if it was not restored; says whether anything was touched
     */
    public RestoreReport run(BackupId id, Deadline exit) throws IOException, InterruptedException {
        Inventory inventory = catalog.ask(Timeouts.LIVE_RESTORE_LISTING, Timeouts.LIVE_RESTORE_LISTING, true);
        try (Found found = read(id, inventory)) {
            sources.check(found.backup().contents());
            holdOffChanges();
            try {
                saveThenReplace(found.backup(), inventory, exit);
            } finally {
                gate.release();
            }
            return saveAndReport(found, exit);
        }
    }

    /** A backup that has been read, and the sink that it came from. */
    private record Found(String sink, FetchedBackup backup) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            backup.close();
        }
    }

    /** Reads the first copy that can be fetched; only one that cannot leads to the next. */
    private Found read(BackupId id, Inventory inventory) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        for (SinkInventory sink : inventory.sinks()) {
            if (sink.isUnreachable()) {
                failures.add(Messages.unreachable(sink.sink(), sink.why()));
            }
            for (CatalogEntry.Authenticated copy : sink.copiesOf(id)) {
                CopyResult<FetchedBackup> result = reader.read(copy, fetched -> fetched);
                if (result instanceof CopyResult.Used<FetchedBackup> used) {
                    return new Found(sink.sink(), used.value());
                }
                Exception why = ((CopyResult.Failed<FetchedBackup>) result).why();
                if (why instanceof BackupException notUnavailable) {
                    throw notUnavailable;
                }
                failures.add(sink.sink() + ": " + Failures.describe(why));
            }
        }
        List<BackupId> ids = inventory
                .authenticated()
                .map(copy -> copy.header().id())
                .distinct()
                .toList();
        throw new BackupException(redact.apply(Messages.noIntactCopy(id, failures, ids)));
    }

    private void holdOffChanges() throws InterruptedException {
        if (!gate.hold(Deadline.after(Timeouts.LIVE_RESTORE_QUIESCE))) {
            throw new BackupException(Messages.writesDoNotEnd(Timeouts.LIVE_RESTORE_QUIESCE));
        }
    }

    private void saveThenReplace(FetchedBackup backup, Inventory inventory, Deadline exit)
            throws IOException, InterruptedException {
        Spool present = new Spool();
        try {
            BackupReport saved = save(BackupTrigger.beforeRestore(), present, exit);
            if (!saved.isStored()) {
                throw new BackupException(
                        Messages.presentStateNotSaved(saved.failure().orElse(null)));
            }
            if (exit.isExpired()) {
                throw new BackupException(Messages.RESTORE_AFTER_EXIT_BEGAN);
            }
            if (!stateGuard.acquireForRestore(Deadline.after(Timeouts.LIVE_RESTORE_QUIESCE))) {
                throw new BackupException(
                        exit.isExpired() ? Messages.RESTORE_AFTER_EXIT_BEGAN : Messages.RESTORE_DURING_SNAPSHOT);
            }
            try {
                BackupVersion position = nextPosition(inventory);
                replace(backup, present, saved);
                lineage.restart(RestoredParent.of(backup.contents()), position);
            } finally {
                stateGuard.releaseAfterRestore();
            }
        } finally {
            present.closeOrWarn(log::warn);
        }
    }

    private void replace(FetchedBackup backup, Spool present, BackupReport saved) {
        try {
            backup.applyTo(sources);
        } catch (IOException | RuntimeException | Error e) {
            putBack(present, saved, e);
            throw new BackupException(
                    redact.apply(Messages.stateIsBack(Failures.describe(e))), Failures.withoutSecrets(e, redact));
        }
    }

    /** If this fails too, what is in memory is neither state, and must not be saved. */
    private void putBack(Spool present, BackupReport saved, Throwable failure) {
        try (FetchedBackup previous = reader.authenticate(present)) {
            previous.applyTo(sources);
        } catch (IOException | RuntimeException | Error e) {
            String inconsistent = Messages.stateIsInconsistent(
                    Failures.describe(failure), Failures.describe(e), saved.id().orElse(null));
            stateGuard.markInconsistent(inconsistent);
            throw new BackupException(redact.apply(inconsistent), Failures.withoutSecrets(e, redact));
        }
    }

    /**
     * Above every backup that was seen and the one that was just saved, so that the choice of an older state stays made. The
     * epoch of a lease is above all others already, and no backup may have a higher one.
     */
    private BackupVersion nextPosition(Inventory inventory) {
        BackupVersion highest = inventory.highest(lineage.position());
        boolean hasLease = run.permit().get().map(SavePermit::fence).isPresent();
        return hasLease ? highest : new BackupVersion(highest.epoch() + 1, highest.sequence());
    }

    private RestoreReport saveAndReport(Found found, Deadline exit) throws InterruptedException {
        BackupHeader header = found.backup().contents().header();
        List<String> explanation = new ArrayList<>();
        explanation.add(Messages.restoredWhileRunning(header, found.sink()));
        log.info(Messages.restored(run.application(), header, found.sink()));
        Spool spool = new Spool();
        try {
            if (!save(BackupTrigger.afterRestore(), spool, exit).isStored()) {
                explanation.add(Messages.RESTORED_BUT_NOT_SAVED);
            }
        } finally {
            spool.closeOrWarn(log::warn);
        }
        return new RestoreReport(
                RestoreReport.Outcome.RESTORED,
                header,
                found.sink(),
                explanation,
                null,
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private BackupReport save(BackupTrigger trigger, Spool spool, Deadline exit) throws InterruptedException {
        return BackupRun.live(run, trigger, exit.atMost(run.timeout())).run(spool);
    }
}
