package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.RestoredParent;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.BackupRun;
import io.gracefulbackup.internal.run.BackupTrigger;
import io.gracefulbackup.internal.run.RunComponents;
import io.gracefulbackup.internal.run.RunQueue;
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
    private final DroppedProperties dropped;
    private final long begun = System.nanoTime();
    private boolean sourcesCalled;

    public LiveRestore(
            RunComponents run, Catalog catalog, CopyReader reader, SourceBinder sources, DroppedProperties dropped) {
        this.run = run;
        this.gate = run.gate();
        this.stateGuard = run.snapshot().stateGuard();
        this.lineage = run.lineage();
        this.log = run.log();
        this.redact = run.redact();
        this.catalog = catalog;
        this.reader = reader;
        this.sources = sources;
        this.dropped = dropped;
    }

    /**
     * Restores that backup.
     *
     * @param turn its deadline expires when the exit begins, or the caller gives up: then reading ends, and the sources
     *     are not called
     * @throws RestoreRefusedException if the backup needs another key or a later version of the library, or does not fit
     *     the sources; nothing has changed
     * @throws BackupException if it was not restored; says whether anything was touched
     */
    public RestoreReport run(BackupId id, RunQueue.Turn turn) throws InterruptedException {
        try {
            return findAndRestore(id, turn);
        } catch (BackupException explained) {
            throw explained;
        } catch (RuntimeException | Error unforeseen) {
            throw new BackupException(
                    redact.apply(
                            sourcesCalled
                                    ? Messages.failed(Messages.restoreOf(id.value()), Failures.describe(unforeseen))
                                    : Messages.notRestored(Failures.describe(unforeseen))),
                    Failures.withoutSecrets(unforeseen, redact));
        }
    }

    private RestoreReport findAndRestore(BackupId id, RunQueue.Turn turn) throws InterruptedException {
        CopySearch search = new CopySearch(catalog, reader, redact, id, turn.deadline());
        try (CopySearch.Found found = search.run()) {
            checkSources(found.backup());
            holdOffChanges();
            try {
                saveThenReplace(found.backup(), search.inventory(), turn);
            } finally {
                gate.release();
            }
            return saveAndReport(found, turn.deadline());
        }
    }

    private void checkSources(FetchedBackup backup) {
        try {
            sources.check(backup.contents());
        } catch (RestoreRefusedException refused) {
            throw new RestoreRefusedException(
                    Messages.notRestored(String.valueOf(refused.getMessage())), refused.getCause());
        }
    }

    private void holdOffChanges() throws InterruptedException {
        if (!gate.hold(Deadline.after(Timeouts.LIVE_RESTORE_QUIESCE))) {
            throw new BackupException(Messages.writesDoNotEnd(Timeouts.LIVE_RESTORE_QUIESCE));
        }
    }

    private void saveThenReplace(FetchedBackup backup, Inventory inventory, RunQueue.Turn turn)
            throws InterruptedException {
        Deadline exit = turn.deadline();
        Spool present = run.snapshot().newSpool();
        try {
            BackupReport saved = save(BackupTrigger.beforeRestore(), present, exit);
            if (!saved.isStored()) {
                throw new BackupException(
                        Messages.presentStateNotSaved(saved.failure().orElse(null)));
            }
            if (!turn.commit()) {
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
                run.sizes().stored(backup.contents().sections());
            } finally {
                stateGuard.releaseAfterRestore();
            }
        } finally {
            present.closeOrWarn(log::warn);
        }
    }

    private void replace(FetchedBackup backup, Spool present, BackupReport saved) {
        sourcesCalled = true;
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
        try (FetchedBackup previous = reader.authenticate(present, Deadline.after(Timeouts.TRANSFER))) {
            previous.applyTo(sources);
        } catch (IOException | RuntimeException | Error e) {
            String inconsistent = Messages.stateIsInconsistent(
                    Failures.describe(failure), Failures.describe(e), saved.id().orElse(null));
            stateGuard.markInconsistent(inconsistent);
            throw new BackupException(redact.apply(inconsistent), Failures.withoutSecrets(e, redact));
        }
    }

    /**
     * Above every backup that was seen and the one that was just saved, so that the choice of an older state stays made.
     * {@link Lineage#position()} is above everything that the start saw and that this process made. The search has read the
     * headers that a start would read, so a backup that would win the next start against this choice has been seen now. The
     * epoch of a lease is above all others already, and no backup may have a higher one.
     */
    private BackupVersion nextPosition(Inventory inventory) {
        BackupVersion highest = inventory.highest(lineage.position());
        boolean hasLease = run.permit().get().map(SavePermit::fence).isPresent();
        return hasLease ? highest : new BackupVersion(highest.epoch() + 1, highest.sequence());
    }

    private RestoreReport saveAndReport(CopySearch.Found found, Deadline exit) throws InterruptedException {
        BackupHeader header = found.backup().contents().header();
        List<String> explanation = new ArrayList<>();
        explanation.add(Messages.restoredWhileRunning(header, found.sink()));
        log.info(Messages.restored(run.application(), header, found.sink()));
        dropped.afterRestore(header);
        Spool spool = run.snapshot().newSpool();
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
