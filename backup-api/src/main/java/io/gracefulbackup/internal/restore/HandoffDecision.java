package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.BackupCopies;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.report.Messages;
import java.util.List;
import java.util.Set;

/**
 * Decides how an instance starts that takes over from another one: with the last backup of that instance, which holds every
 * acknowledged change, or with a descendant of it. An explicit choice of the operator takes precedence.
 */
final class HandoffDecision {
    private final StartInquiry inquiry;
    private final BackupId last;
    private final boolean mayFallBack;

    /**
     * A decision to be made.
     *
     * @param last the last backup of the other instance
     * @param mayFallBack whether an older backup will do if every copy of that one is damaged: not while the other instance
     *     could resume
     */
    HandoffDecision(StartInquiry inquiry, BackupId last, boolean mayFallBack) {
        this.inquiry = inquiry;
        this.last = last;
        this.mayFallBack = mayFallBack;
    }

    /** Decides, after waiting for the backup to appear while the start's time lasts. */
    Decision decide() throws InterruptedException {
        Decision decision = inquiry.decide();
        if (isMissing(decision)) {
            decision = inquiry.askSinksAndDecide(true); // The hints may be wrong.
        }
        while (isMissing(decision) && inquiry.pause()) {
            decision = inquiry.askSinksAndDecide(true);
        }
        if (decision instanceof Decision.StartEmpty empty && !empty.newEpoch()) {
            return new Decision.Refuse(Messages.lastBackupNotShown(last), false, empty.findings());
        }
        if (!(decision instanceof Decision.Restore restore) || isExplicitChoice(restore)) {
            return decision;
        }
        List<BackupCopies> usable = lastAndDescendants(restore.candidates());
        if (!usable.isEmpty()) {
            return new Decision.Restore(usable, restore.newEpoch(), mayFallBack, restore.findings());
        }
        return mayFallBack && isDamagedEverywhere()
                ? new Decision.Restore(restore.candidates(), true, true, restore.findings())
                : new Decision.Refuse(Messages.lastBackupNotIntact(last), false, restore.findings());
    }

    private boolean isMissing(Decision decision) {
        return decision instanceof Decision.Restore restore
                && !isExplicitChoice(restore)
                && lastAndDescendants(restore.candidates()).isEmpty()
                && !isDamagedEverywhere();
    }

    private static boolean isExplicitChoice(Decision.Restore restore) {
        return !restore.mayFallBack();
    }

    /** Leaves out the backups of an instance that was away too long and forked. */
    private List<BackupCopies> lastAndDescendants(List<BackupCopies> candidates) {
        Set<BackupId> ids =
                new Ancestry(candidates.stream().map(BackupCopies::header).toList()).withDescendants(last);
        return candidates.stream()
                .filter(candidate -> ids.contains(candidate.header().id()))
                .toList();
    }

    private boolean isDamagedEverywhere() {
        return isDamagedEverywhere(inquiry.inventory(), last);
    }

    /**
     * Whether a backup is damaged in every sink: an entry that may be it is damaged, and no other entry, and no sink that
     * could not be reached, may hold an intact copy. An entry that was not read, or that another key or a later version of
     * the library would open, may be intact.
     */
    static boolean isDamagedEverywhere(Inventory inventory, BackupId backup) {
        List<CatalogEntry> candidates = inventory.sinks().stream()
                .flatMap(sink -> sink.entries().stream().filter(entry -> mayBe(backup, entry, sink)))
                .toList();
        return inventory.unreachable().isEmpty()
                && !candidates.isEmpty()
                && candidates.stream()
                        .allMatch(
                                entry -> entry instanceof CatalogEntry.Unreadable unreadable && unreadable.isDamaged());
    }

    /** Trusts the hint of an entry only as long as no header in its sink contradicts its own. */
    private static boolean mayBe(BackupId backup, CatalogEntry entry, SinkInventory sink) {
        if (entry.headerIfAuthenticated().isPresent()) {
            return entry.headerIfAuthenticated().get().id().equals(backup);
        }
        if (entry instanceof CatalogEntry.Unreadable unreadable && isOfSomebodyElse(unreadable)) {
            return false;
        }
        return entry.hint().isEmpty()
                || entry.isHintedAs(backup)
                || sink.authenticated()
                        .anyMatch(read -> read.hint()
                                .filter(hint -> !hint.id().equals(read.header().id()))
                                .isPresent());
    }

    private static boolean isOfSomebodyElse(CatalogEntry.Unreadable entry) {
        return !entry.isDamaged() && !entry.mayBeOpenedElsewhere();
    }
}
