package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.Ancestry.AncestorSet;
import io.gracefulbackup.internal.catalog.CatalogEntry.Unavailable;
import io.gracefulbackup.internal.catalog.CatalogEntry.Unread;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The entries of one sink while their headers are read. An entry that is to be read, and has not been, is {@code Unread} for lack
 * of time: so what is known so far is a correct answer whenever the time is up. Methods that read are called by one thread, {@link
 * #soFar} by any.
 */
final class EntryReading {
    private static final int HEADERS_READ_AT_ONCE = 3;
    private static final Comparator<StoredBackup> NEWEST_HINT_FIRST = Comparator.comparing(
            stored -> stored.hint().map(Hint::version).orElse(null),
            Comparator.nullsLast(Comparator.<BackupVersion>reverseOrder()));

    private final UnaryOperator<CatalogEntry> reader;
    private final Deadline deadline;
    /** In the order of reading. Guarded by this object. */
    private List<CatalogEntry> entries = List.of();

    private boolean trustsHints = true;

    /** @param reader reads one header, and returns the entry with the result */
    EntryReading(UnaryOperator<CatalogEntry> reader, Deadline deadline) {
        this.reader = reader;
        this.deadline = deadline;
    }

    /** What is known now, the entries read first in front. */
    synchronized List<CatalogEntry> soFar() {
        return List.copyOf(entries);
    }

    /**
     * Notes what a sink lists. The newest entries by their hints are to be read, then those without a hint, then those that the
     * caller asks for; the others only when {@link #readWanted} finds that the hints cannot be trusted.
     */
    void listed(BackupSink sink, List<StoredBackup> listed, Predicate<StoredBackup> isAskedFor) {
        List<StoredBackup> sorted = listed.stream().sorted(NEWEST_HINT_FIRST).toList();
        List<StoredBackup> hinted =
                sorted.stream().filter(stored -> stored.hint().isPresent()).toList();
        List<StoredBackup> newest = hinted.subList(0, Math.min(HEADERS_READ_AT_ONCE, hinted.size()));
        List<StoredBackup> withoutHint = sorted.subList(hinted.size(), sorted.size());
        List<StoredBackup> older = hinted.subList(newest.size(), hinted.size());
        replace(Stream.concat(
                        Stream.concat(newest.stream(), withoutHint.stream())
                                .map(stored -> new Unread(sink, stored, true)),
                        older.stream().map(stored -> new Unread(sink, stored, isAskedFor.test(stored))))
                .<CatalogEntry>map(entry -> entry)
                .toList());
    }

    /**
     * Reads what is to be read. As soon as a header cannot be authenticated or contradicts its hint, all entries are to be read,
     * since any of them may be the newest; so are forks of the newest backup.
     */
    void readWanted() {
        readAllWanted();
        wantForks();
        readAllWanted();
    }

    /** A header may show that more entries are to be read, before it in the order too. */
    private void readAllWanted() {
        while (!deadline.isExpired() && soFar().stream().anyMatch(EntryReading::isWanted)) {
            readEach(EntryReading::isWanted);
        }
    }

    /** Notes the result of an earlier reading; all that was not read is to be read now. */
    void known(List<CatalogEntry> known) {
        replace(known.stream()
                .sorted(Comparator.comparing(CatalogEntry::stored, NEWEST_HINT_FIRST))
                .map(EntryReading::wanted)
                .toList());
    }

    /** Reads what has not been read, and what could not be fetched when it was asked for; newest hints first. */
    void readRest() {
        readEach(entry -> entry instanceof Unread || entry instanceof Unavailable);
    }

    private void readEach(Predicate<CatalogEntry> isRead) {
        int count = soFar().size();
        for (int i = 0; i < count && !deadline.isExpired(); i++) {
            CatalogEntry before = get(i);
            if (isRead.test(before)) {
                CatalogEntry after = reader.apply(before);
                if (after instanceof Unavailable && deadline.isExpired()) {
                    // It was the time that failed, not the entry.
                    return;
                }
                set(i, after);
                if (trustsHints && !confirmsHint(after)) {
                    trustsHints = false;
                    replace(soFar().stream().map(EntryReading::wanted).toList());
                }
            }
        }
    }

    /** Whether the header is authentic, and what the catalogue says of it is true. */
    private static boolean confirmsHint(CatalogEntry entry) {
        return entry.headerIfAuthenticated()
                .filter(header -> entry.hint()
                        .map(hint ->
                                hint.id().equals(header.id()) && hint.version().equals(header.version()))
                        .orElse(true))
                .isPresent();
    }

    /** Entries that are forks of the newest backup, if their hints are true, are to be read too. */
    private void wantForks() {
        List<CatalogEntry> known = soFar();
        List<BackupHeader> headers = known.stream()
                .map(CatalogEntry::headerIfAuthenticated)
                .flatMap(Optional::stream)
                .toList();
        headers.stream()
                .max(BackupHeader.OLDEST_FIRST)
                .map(new Ancestry(headers)::ancestorsOf)
                .ifPresent(ancestors -> replace(known.stream()
                        .map(entry -> isFork(entry, ancestors) ? wanted(entry) : entry)
                        .toList()));
    }

    private static boolean isFork(CatalogEntry entry, AncestorSet ofNewest) {
        return entry.hint()
                .filter(hint -> !ofNewest.contains(hint.id()) && ofNewest.isCompleteAt(hint.sequence()))
                .isPresent();
    }

    private static boolean isWanted(CatalogEntry entry) {
        return entry instanceof Unread unread && unread.isForLackOfTime();
    }

    private static CatalogEntry wanted(CatalogEntry entry) {
        return entry instanceof Unread ? new Unread(entry.sink(), entry.stored(), true) : entry;
    }

    private synchronized CatalogEntry get(int index) {
        return entries.get(index);
    }

    private synchronized void set(int index, CatalogEntry entry) {
        entries.set(index, entry);
    }

    private synchronized void replace(List<CatalogEntry> by) {
        entries = new ArrayList<>(by);
    }
}
