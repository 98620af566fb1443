package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks all sinks at once what they hold, and reads the headers of what may be the newest. A hint decides only which
 * headers are read first; as soon as one hint of a sink proves wrong, all its headers are read.
 */
public final class Catalog {
    private static final int HEADERS_READ_AT_ONCE = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Comparator<StoredBackup> NEWEST_HINT_FIRST = Comparator.comparing(
            entry -> entry.hinted().orElse(null),
            Comparator.nullsFirst(Comparator.comparingLong(Hint::epoch)
                    .thenComparingLong(Hint::sequence)
                    .reversed()));

    private final List<BackupSink> sinks;
    private final BackupReader reader;
    private final ClassLoader contextClassLoader;

    public Catalog(List<BackupSink> sinks, BackupReader reader, ClassLoader contextClassLoader) {
        this.sinks = List.copyOf(sinks);
        this.reader = reader;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * Asks every sink; those that cannot be reached again and again, until {@code patience} is over, or {@code
     * shortPatience} if another sink holds a backup.
     *
     * @param all whether to read the headers of all entries
     */
    public List<SinkInventory> ask(Duration patience, Duration shortPatience, boolean all) throws InterruptedException {
        Deadline deadline = Deadline.after(patience);
        Deadline early = deadline.atMost(shortPatience);
        List<SinkQuery> queries =
                sinks.stream().map(sink -> new SinkQuery(sink, deadline, all)).toList();
        for (SinkQuery query : queries) {
            query.await(early);
        }
        while (queries.stream().anyMatch(SinkQuery::isUnreachable)
                && !(queries.stream().anyMatch(SinkQuery::foundBackups) ? early : deadline).isExpired()) {
            for (SinkQuery query : queries) {
                if (query.isUnreachable()) {
                    query.askAgain();
                    query.await(deadline.atMost(PAUSE));
                }
            }
        }
        queries.forEach(SinkQuery::end);
        return queries.stream().map(query -> query.inventory).toList();
    }

    /** Lists one sink and reads headers, newest hints first. */
    private SinkInventory list(BackupSink sink, Deadline deadline, boolean all) throws IOException {
        Listing listing = sink.list(deadline);
        if (listing instanceof Listing.NotListable not) {
            return SinkInventory.notListable(sink, not.why());
        }
        List<StoredBackup> listed = new ArrayList<>(((Listing.Listed) listing).backups());
        listed.sort(NEWEST_HINT_FIRST);
        List<CatalogEntry> entries = new ArrayList<>();
        boolean trust = !all;
        int read = 0;
        for (StoredBackup stored : listed) {
            if (trust && read >= HEADERS_READ_AT_ONCE) {
                entries.add(new CatalogEntry.Unread(sink, stored));
            } else {
                CatalogEntry entry = readHeader(sink, stored, deadline);
                entries.add(entry);
                read += stored.hinted().isPresent() ? 1 : 0;
                trust &= isTrue(entry);
            }
        }
        boolean looksAtAll = !trust;
        Ancestry.AncestorSet ancestors = line(entries);
        entries.replaceAll(
                entry -> entry instanceof CatalogEntry.Unread && (looksAtAll || isFork(entry.stored(), ancestors))
                        ? readHeader(sink, entry.stored(), deadline)
                        : entry);
        return SinkInventory.listed(sink, entries);
    }

    /** The line of the newest among what was read, if any was. */
    private static Ancestry.@Nullable AncestorSet line(List<CatalogEntry> entries) {
        List<BackupHeader> headers = entries.stream()
                .filter(CatalogEntry.Authenticated.class::isInstance)
                .map(entry -> ((CatalogEntry.Authenticated) entry).header())
                .toList();
        return headers.stream()
                .max(BackupHeader.OLDEST_FIRST)
                .map(new Ancestry(headers)::ancestorsOf)
                .orElse(null);
    }

    /** Whether an entry is of another line, if its hint is true. */
    private static boolean isFork(StoredBackup entry, Ancestry.@Nullable AncestorSet line) {
        return line != null
                && entry.hinted()
                        .filter(hint -> !line.contains(hint.id()) && line.isCompleteFrom(hint.sequence()))
                        .isPresent();
    }

    /** Reads the header of one entry; a second time if it seems wrong, for a gateway may have answered with an error. */
    public CatalogEntry readHeader(BackupSink sink, StoredBackup entry, Deadline deadline) {
        CatalogEntry once = readHeaderOnce(sink, entry, deadline);
        return once instanceof CatalogEntry.Unreadable ? readHeaderOnce(sink, entry, deadline) : once;
    }

    private CatalogEntry readHeaderOnce(BackupSink sink, StoredBackup entry, Deadline deadline) {
        try (InputStream sealed = sink.open(entry, deadline)) {
            return new CatalogEntry.Authenticated(sink, entry, ResemblanceCheck.read(sealed, reader::readHeader));
        } catch (UnreadableBackupException unreadable) {
            return new CatalogEntry.Unreadable(sink, entry, unreadable);
        } catch (IOException | RuntimeException unavailable) {
            return new CatalogEntry.Unavailable(sink, entry, Failures.describe(unavailable));
        }
    }

    private static boolean isTrue(CatalogEntry entry) {
        if (!(entry instanceof CatalogEntry.Authenticated readable)) {
            return entry.stored().hinted().isPresent();
        }
        BackupHeader header = readable.header();
        return readable.stored()
                .hinted()
                .map(hint -> hint.id().equals(header.id())
                        && hint.epoch() == header.epoch()
                        && hint.sequence() == header.sequence())
                .orElse(true);
    }

    /** One sink being asked, on a thread of its own. */
    private final class SinkQuery {
        private final BackupSink sink;
        private final Deadline deadline;
        private final boolean all;
        private Task<SinkInventory> task;
        private SinkInventory inventory;

        SinkQuery(BackupSink sink, Deadline deadline, boolean all) {
            this.sink = sink;
            this.deadline = deadline;
            this.all = all;
            this.inventory = SinkInventory.unreachable(sink.name(), "it did not answer in time");
            this.task = start();
        }

        private Task<SinkInventory> start() {
            return Task.start("list-" + sink.name(), contextClassLoader, () -> list(sink, deadline, all));
        }

        /** Asks once more if the last time failed; goes on waiting if there is no answer yet. */
        void askAgain() throws InterruptedException {
            if (task.isDone()) {
                TimeUnit.NANOSECONDS.sleep(deadline.atMost(PAUSE).remaining().toNanos());
                task = start();
            }
        }

        void await(Deadline patience) throws InterruptedException {
            try {
                inventory = task.await(patience);
            } catch (ExecutionException failed) {
                inventory = SinkInventory.unreachable(sink.name(), Failures.describe(Failures.cause(failed)));
            } catch (TimeoutException noAnswerYet) {
                // What it said the last time, if anything, stands.
            }
        }

        void end() {
            if (!task.isDone()) {
                task.abandon();
            }
        }

        boolean isUnreachable() {
            return inventory.isUnreachable();
        }

        boolean foundBackups() {
            return !inventory.entries().isEmpty();
        }
    }
}
