package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Timeouts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Looks for an intact copy of one backup: first among the entries whose hints name it, then, because hints may be wrong,
 * among all others. Reads every copy until one is intact, whatever is wrong with those before. Changes nothing. For one
 * search.
 */
final class CopySearch {
    private final Catalog catalog;
    private final CopyReader reader;
    private final UnaryOperator<String> redact;
    private final BackupId id;
    private final Deadline exit;
    private Inventory inventory = Inventory.EMPTY;
    /** What is wrong with each copy that was read, by sink and location. */
    private final Map<String, String> failures = new LinkedHashMap<>();
    /** Whether a copy that was read may be intact, and only this process cannot open it. */
    private boolean canBeOpenedElsewhere;

    /**
     * A search to be run.
     *
     * @param exit ends it when it expires
     */
    CopySearch(Catalog catalog, CopyReader reader, UnaryOperator<String> redact, BackupId id, Deadline exit) {
        this.catalog = catalog;
        this.reader = reader;
        this.redact = redact;
        this.id = id;
        this.exit = exit;
    }

    /** A backup that has been read, and the sink that it came from. */
    record Found(String sink, FetchedBackup backup) implements AutoCloseable {
        @Override
        public void close() {
            backup.close();
        }
    }

    /**
     * Searches.
     *
     * @throws RestoreRefusedException if there is no intact copy that can be opened here, but one that needs another key or
     *     a later version of the library, or more than this process has
     * @throws BackupException if there is no intact copy, or the exit has begun. Both say what was found in each sink, and
     *     that nothing has changed
     */
    Found run() throws InterruptedException {
        inventory = catalog.find(id, exit.atMost(Timeouts.LIVE_RESTORE_LISTING), Timeouts.REMAINING_SINKS);
        Optional<Found> hinted = firstIntactCopy();
        if (hinted.isPresent()) {
            return hinted.get();
        }
        inventory = catalog.readRest(inventory, exit.atMost(Timeouts.LIVE_RESTORE_LISTING));
        return firstIntactCopy().orElseThrow(this::nothingFound);
    }

    /** The answers of the sinks, with all headers that were read. */
    Inventory inventory() {
        return inventory;
    }

    private Optional<Found> firstIntactCopy() throws InterruptedException {
        for (CatalogEntry.Authenticated copy : inventory.copiesOf(id)) {
            if (exit.isExpired()) {
                throw new BackupException(Messages.RESTORE_AFTER_EXIT_BEGAN);
            }
            String place = place(copy);
            if (failures.containsKey(place)) {
                continue;
            }
            CopyResult<FetchedBackup> result = reader.read(copy, exit, fetched -> fetched);
            if (result instanceof CopyResult.Used<FetchedBackup> used) {
                return Optional.of(new Found(copy.sink().name(), used.value()));
            }
            failures.put(place, Failures.describe(((CopyResult.Failed<FetchedBackup>) result).why()));
            canBeOpenedElsewhere |=
                    result instanceof CopyResult.NotForThisProcess || result instanceof CopyResult.CannotOpenHere;
        }
        return Optional.empty();
    }

    private BackupException nothingFound() {
        if (exit.isExpired()) {
            return new BackupException(Messages.RESTORE_AFTER_EXIT_BEGAN);
        }
        List<String> bySink = inventory.sinks().stream().map(this::explain).toList();
        List<BackupId> found = inventory
                .authenticated()
                .map(copy -> copy.header().id())
                .distinct()
                .toList();
        String message = redact.apply(Messages.noIntactCopy(id, bySink, found));
        boolean isRefused = canBeOpenedElsewhere
                || inventory
                        .entries()
                        .anyMatch(entry -> mayBeIt(entry)
                                && entry instanceof CatalogEntry.Unreadable unreadable
                                && unreadable.mayBeOpenedElsewhere());
        return isRefused ? new RestoreRefusedException(message) : new BackupException(message);
    }

    private String explain(SinkInventory sink) {
        if (!sink.isListed()) {
            return sink.isUnreachable()
                    ? Messages.unreachable(sink.sink(), sink.why())
                    : Messages.notListed(sink.sink(), sink.why());
        }
        List<String> entries = new ArrayList<>();
        for (CatalogEntry entry : sink.entries()) {
            String failure = failures.get(place(entry));
            if (failure != null) {
                entries.add(failure);
            } else if (mayBeIt(entry)) {
                entries.add(entry.location() + ": " + why(entry));
            }
        }
        return Messages.notListed(
                sink.sink(), entries.isEmpty() ? Messages.DOES_NOT_SHOW_IT : String.join(", ", entries));
    }

    /** Whether an entry without an authenticated header is that backup, by its hint or for lack of one. */
    private boolean mayBeIt(CatalogEntry entry) {
        return entry.headerIfAuthenticated().isEmpty() && (entry.hint().isEmpty() || entry.isHintedAs(id));
    }

    private static String why(CatalogEntry entry) {
        if (entry instanceof CatalogEntry.Unreadable unreadable) {
            return Failures.describe(unreadable.why());
        }
        return entry instanceof CatalogEntry.Unavailable unavailable ? unavailable.why() : Messages.NO_ANSWER_IN_TIME;
    }

    private static String place(CatalogEntry entry) {
        return entry.sink().name() + ": " + entry.location();
    }
}
