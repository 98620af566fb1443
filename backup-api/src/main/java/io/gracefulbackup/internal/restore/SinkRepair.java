package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.Holdings;
import io.gracefulbackup.internal.spool.SpooledBackup;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the restored backup to the sinks that lost it or never had it, the same sealed bytes, in the background: one lost
 * disk or database is repaired before the next shutdown. Nothing newer is replaced, nothing is deleted, and the exit ends it.
 */
public final class SinkRepair {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final CopyReader fetch;
    private final Pointers pointers;
    private final Holdings holdings;
    private final OperatorLog console;
    private final Deadline deadline = Deadline.after(LONGEST);

    public SinkRepair(CopyReader fetch, Pointers pointers, Holdings holdings, OperatorLog console) {
        this.fetch = fetch;
        this.pointers = pointers;
        this.holdings = holdings;
        this.console = console;
    }

    /** Looks at what the sinks answered at start, notes who holds the backup, and brings it to the others. */
    public void run(BackupHeader restored, List<SinkInventory> answers, List<BackupSink> sinks)
            throws InterruptedException {
        List<CatalogEntry.Authenticated> copies = copies(restored, answers);
        copies.forEach(copy -> holdings.add(copy.sink().name(), restored.id()));
        List<BackupSink> lacking = sinks.stream()
                .filter(sink -> answers.stream()
                        .filter(answer -> answer.sink().equals(sink.name()))
                        .anyMatch(answer -> isLacking(answer, restored)))
                .toList();
        if (!lacking.isEmpty()) {
            heal(restored, copies, lacking);
        }
    }

    /** From now on the sinks belong to the exit. */
    public void stop() {
        deadline.expire();
    }

    private static List<CatalogEntry.Authenticated> copies(BackupHeader restored, List<SinkInventory> answers) {
        return answers.stream()
                .flatMap(answer -> answer.entries().stream())
                .filter(copy -> copy instanceof CatalogEntry.Authenticated known
                        && known.header().id().equals(restored.id()))
                .map(CatalogEntry.Authenticated.class::cast)
                .toList();
    }

    /** Whether a sink can be given the backup: it was listed, and shows neither that one nor anything that may be newer. */
    static boolean isLacking(SinkInventory answer, BackupHeader restored) {
        return answer.kind() == SinkInventory.Kind.LISTED
                && answer.entries().stream().allMatch(copy -> givesWay(copy, restored));
    }

    private static boolean givesWay(CatalogEntry copy, BackupHeader restored) {
        boolean isIt = copy.stored()
                .hinted()
                .filter(hint -> hint.id().equals(restored.id()))
                .isPresent();
        if (isIt || copy instanceof CatalogEntry.Unavailable) {
            return false;
        }
        if (copy instanceof CatalogEntry.Authenticated known) {
            BackupHeader held = known.header();
            return held.epoch() < restored.epoch()
                    || (held.epoch() == restored.epoch() && held.sequence() < restored.sequence());
        }
        return !(copy instanceof CatalogEntry.Unreadable unreadable)
                || !(unreadable.why() instanceof UnreadableBackupException.WrongKey
                        || unreadable.why() instanceof UnreadableBackupException.NewerFormat);
    }

    private void heal(BackupHeader restored, List<CatalogEntry.Authenticated> copies, List<BackupSink> lacking)
            throws InterruptedException {
        for (CatalogEntry.Authenticated copy : copies) {
            try (FetchedBackup fetched = fetch.fetch(copy)) {
                SpooledBackup sealed = fetched.sealed();
                for (BackupSink sink : lacking) {
                    heal(sink, sealed, copy.sink());
                }
                return;
            } catch (IOException | RuntimeException unusable) {
                console.debug("Not copied from " + copy.sink().title() + ": " + Failures.describe(unusable));
            }
        }
        console.warn("⚠️ "
                + String.join(", ", lacking.stream().map(BackupSink::title).toList())
                + " lacks the newest backup " + restored.id() + ", and no copy could be fetched for it; the next backup"
                + " goes there again");
    }

    private void heal(BackupSink sink, SpooledBackup sealed, BackupSink from) throws InterruptedException {
        if (deadline.isExpired()) {
            return;
        }
        Deadline.Registration wakeUp = deadline.onExpiry(Task.wakingThis());
        try {
            StoredBackup held = sink.store(sealed, deadline);
            holdings.add(sink.name(), sealed.header().id());
            List<String> block = new ArrayList<>();
            block.add("🩹 " + sink.title() + " lacked the newest backup; copied from " + from.title());
            block.addAll(held.lines());
            block.addAll(pointers.save(held.pointers(), sealed.header(), deadline));
            console.info(block);
        } catch (IOException | RuntimeException | Error failed) {
            if (!deadline.isExpired()) {
                console.warn("⚠️ " + sink.title() + " lacks the newest backup, and could not be given it: "
                        + Failures.describe(failed) + ". The next backup goes there again");
            }
        } finally {
            wakeUp.close();
        }
    }
}
