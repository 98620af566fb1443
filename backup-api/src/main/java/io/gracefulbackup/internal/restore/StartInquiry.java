package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.pointers.LatestPointer;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.PointerStore.Latest;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Asks the pointer stores and the sinks, and decides by their answers; again and again while that may help and the start's
 * time lasts. Keeps the latest answers. For one start; not for use by several threads.
 */
final class StartInquiry {
    private static final long HIGHEST_PLAUSIBLE = 1L << 40;

    private final RestoreComponents components;
    private final StartSettings settings;
    private LatestPointer pointer = LatestPointer.NONE;
    private Inventory inventory = Inventory.EMPTY;
    private Deadline deadline = Deadline.after(Duration.ZERO);

    StartInquiry(RestoreComponents components, StartSettings settings) {
        this.components = components;
        this.settings = settings;
    }

    /** Asks all, and asks the sinks again while the decision is a refusal that may pass. Touches nothing. */
    Decision decide() throws InterruptedException {
        deadline = Deadline.after(components.config().startTimeout());
        pointer = components.pointers().latest(deadline);
        boolean readAll = settings.choice().filter(choice -> !choice.isNone()).isPresent();
        Decision decision = askSinksAndDecide(readAll);
        while (decision instanceof Decision.Refuse refuse && refuse.mayPass() && pause()) {
            decision = askSinksAndDecide(readAll);
        }
        return decision;
    }

    /**
     * Asks the sinks once more, and decides.
     *
     * @param readAll whether to read the headers of all entries
     */
    Decision askSinksAndDecide(boolean readAll) throws InterruptedException {
        List<SinkInventory> broken = components.brokenProviders().entrySet().stream()
                .map(sink -> SinkInventory.refusing(sink.getKey(), Messages.brokenProvider(sink.getValue())))
                .toList();
        components
                .log()
                .progress()
                .step(Messages.askingSinks(components.catalog().names()));
        inventory = components
                .catalog()
                .ask(patience(), Timeouts.REMAINING_SINKS, readAll)
                .plus(broken);
        Decision decision = decideWithout(Set.of());
        return passesOver(decision) ? readRestAndDecide(Set.of()) : decision;
    }

    /**
     * Opens every listed entry that has not been opened, as far as the time allows, and decides without the copies that cannot
     * be used.
     */
    Decision readRestAndDecide(Set<CatalogEntry.Authenticated> unusable) throws InterruptedException {
        inventory = components.catalog().readRest(inventory, Deadline.after(patience()));
        return decideWithout(unusable);
    }

    private Decision decideWithout(Set<CatalogEntry.Authenticated> unusable) {
        return StartDecision.decide(inventory, pointer, settings, unusable);
    }

    /** Whether something that is listed is not used: then it has to be looked at first. */
    private boolean passesOver(Decision decision) {
        boolean isPlain = decision instanceof Decision.Restore restore && !restore.newEpoch();
        return !isPlain
                && inventory
                        .entries()
                        .anyMatch(entry ->
                                entry instanceof CatalogEntry.Unread || entry instanceof CatalogEntry.Unavailable);
    }

    /** Waits before the next attempt; false if the start's time is over. */
    boolean pause() throws InterruptedException {
        if (deadline.isExpired()) {
            return false;
        }
        TimeUnit.NANOSECONDS.sleep(
                deadline.atMost(Timeouts.RETRY_INTERVAL).remaining().toNanos());
        return true;
    }

    private Duration patience() {
        Duration left = deadline.remaining();
        return left.compareTo(Timeouts.LAST_LISTING) > 0 ? left : Timeouts.LAST_LISTING;
    }

    /** The answers that the latest decision rests on. */
    Inventory inventory() {
        return inventory;
    }

    /**
     * The highest epoch and the highest sequence in any authenticated header, in the pointers, and in the hints of what could not
     * be opened.
     */
    BackupVersion highest() {
        BackupVersion highest =
                inventory.highest(pointer.latest().map(Latest::version).orElse(new BackupVersion(0, 0)));
        return inventory
                .entries()
                .filter(UnopenedEntries::isUnopened)
                .flatMap(entry -> entry.hint().stream())
                .map(Hint::version)
                .filter(StartInquiry::isPlausible)
                .reduce(highest, Inventory::highest);
    }

    /** Whether a version that nobody has authenticated can be true. */
    private static boolean isPlausible(BackupVersion hinted) {
        return hinted.epoch() <= HIGHEST_PLAUSIBLE && hinted.sequence() <= HIGHEST_PLAUSIBLE;
    }
}
