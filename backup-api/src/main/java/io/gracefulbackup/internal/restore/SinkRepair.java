package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.Holdings;
import io.gracefulbackup.internal.spool.SpooledBackup;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores the restored backup, byte for byte, in the sinks that lack it, in the background: a lost disk or database is
 * repaired before the next shutdown. Replaces nothing that may be newer and deletes nothing; the exit ends it.
 */
public final class SinkRepair {
    private final CopyReader reader;
    private final Pointers pointers;
    private final Holdings holdings;
    private final OperatorLog log;
    private final Deadline.Controller ending = Deadline.controlled(Timeouts.SINK_REPAIR);
    private final Deadline deadline = ending.deadline();
    private volatile boolean isStopped;

    public SinkRepair(CopyReader reader, Pointers pointers, Holdings holdings, OperatorLog log) {
        this.reader = reader;
        this.pointers = pointers;
        this.holdings = holdings;
        this.log = log;
    }

    /**
     * Notes which sinks hold the restored backup, and stores it in those that lack it.
     *
     * @param inventory what the sinks had answered at the start
     */
    public void run(BackupHeader restored, Inventory inventory, List<BackupSink> sinks) throws InterruptedException {
        List<CatalogEntry.Authenticated> copies = inventory.copiesOf(restored.id());
        copies.forEach(copy -> holdings.add(copy.sink().name(), restored.id()));
        List<BackupSink> lacking = sinks.stream()
                .filter(sink -> inventory.sinks().stream()
                        .filter(answer -> answer.sink().equals(sink.name()))
                        .anyMatch(answer -> isLacking(answer, restored)))
                .toList();
        if (!lacking.isEmpty()) {
            repair(restored, copies, lacking);
        }
    }

    /** Ends the repair, a transfer under way included: the exit needs the sinks. */
    public void stop() {
        isStopped = true;
        ending.expire();
    }

    /** Whether the backup can be stored in a sink: it was listed, and shows neither that backup nor one that may be newer. */
    static boolean isLacking(SinkInventory sink, BackupHeader restored) {
        return sink.isListed() && sink.entries().stream().allMatch(entry -> isOlder(entry, restored));
    }

    /**
     * An entry that nobody can open counts as older; one that another process may be able to open does not, nor one that there
     * was no time to read.
     */
    private static boolean isOlder(CatalogEntry entry, BackupHeader restored) {
        if (entry.isHintedAs(restored.id()) || entry instanceof CatalogEntry.Unavailable) {
            return false;
        }
        if (entry instanceof CatalogEntry.Unread unread && unread.isForLackOfTime()) {
            return false;
        }
        if (entry instanceof CatalogEntry.Authenticated authenticated) {
            return restored.version().isNewerThan(authenticated.header().version());
        }
        return !(entry instanceof CatalogEntry.Unreadable unreadable && unreadable.mayBeOpenedElsewhere());
    }

    private void repair(BackupHeader restored, List<CatalogEntry.Authenticated> copies, List<BackupSink> lacking)
            throws InterruptedException {
        for (CatalogEntry.Authenticated copy : copies) {
            try {
                CopyResult<Boolean> result =
                        reader.read(copy, deadline, fetched -> storeInEach(lacking, fetched, copy.sink()));
                if (!(result instanceof CopyResult.Failed<Boolean> failed)) {
                    return;
                }
                explain(copy, failed.why());
            } catch (RuntimeException e) {
                explain(copy, e);
            }
            if (isStopped) {
                return;
            }
        }
        log.warn(
                Messages.noCopyForRepair(lacking.stream().map(BackupSink::title).toList(), restored.id()));
    }

    private void explain(CatalogEntry copy, Exception why) {
        log.debug(Messages.notCopiedFrom(copy.sink().title(), Failures.describe(why)));
    }

    private boolean storeInEach(List<BackupSink> lacking, FetchedBackup fetched, BackupSink from)
            throws InterruptedException {
        try (fetched) {
            SpooledBackup sealed = fetched.sealed();
            for (BackupSink sink : lacking) {
                store(sink, sealed, from);
            }
            return true;
        }
    }

    private void store(BackupSink sink, SpooledBackup sealed, BackupSink from) throws InterruptedException {
        if (deadline.isExpired()) {
            return;
        }
        Deadline.Registration wakeUp = deadline.onExpiry(Task.interruptingCaller());
        try {
            StoredBackup held = sink.store(sealed, deadline);
            holdings.add(sink.name(), sealed.header().id());
            List<String> block = new ArrayList<>();
            block.add(Messages.repaired(sink.title(), from.title()));
            block.addAll(held.lines());
            block.addAll(pointers.save(held.pointers(), sealed.header(), deadline));
            log.info(block);
        } catch (IOException | RuntimeException | Error e) {
            if (!deadline.isExpired()) {
                log.warn(Messages.notRepaired(sink.title(), Failures.describe(e)));
            }
        } finally {
            wakeUp.close();
        }
    }
}
