package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.Ancestry.AncestorSet;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Asks all sinks at once what they hold, and reads the headers of the backups that may be the newest. Hints only decide
 * which headers are read first: after the first hint of a sink that its header contradicts, every header there is read.
 */
public final class Catalog {
    private static final int HEADERS_READ_AT_ONCE = 3;
    private static final Comparator<StoredBackup> WITHOUT_HINT_THEN_NEWEST_FIRST = Comparator.comparing(
            stored -> stored.hint().map(Hint::version).orElse(null),
            Comparator.nullsFirst(Comparator.<BackupVersion>reverseOrder()));

    private final List<BackupSink> sinks;
    private final BackupReader reader;
    private final ClassLoader contextClassLoader;

    public Catalog(List<BackupSink> sinks, BackupReader reader, ClassLoader contextClassLoader) {
        this.sinks = List.copyOf(sinks);
        this.reader = reader;
        this.contextClassLoader = contextClassLoader;
    }

    /** The sinks that are asked, for messages. */
    public List<String> names() {
        return sinks.stream().map(BackupSink::name).toList();
    }

    /**
     * Asks every sink. One that cannot be reached is asked again and again, until {@code patience} is over, or {@code
     * shortPatience} if another sink has shown a backup.
     *
     * @param readAll whether to read the headers of all entries
     */
    public Inventory ask(Duration patience, Duration shortPatience, boolean readAll) throws InterruptedException {
        return ask(
                Deadline.after(patience),
                shortPatience,
                stored -> readAll,
                answer -> !answer.entries().isEmpty());
    }

    /**
     * Asks every sink as a start does, and also reads the header of every entry that is hinted as that backup. So it reads
     * few headers, and still sees what a start would see of newer backups. A hint may be wrong: what is not found in this
     * way may be found by {@link #readRest}.
     *
     * @param deadline how long a sink that cannot be reached is asked again and again
     * @param shortPatience the same, once another sink has shown that backup
     */
    public Inventory find(BackupId id, Deadline deadline, Duration shortPatience) throws InterruptedException {
        return ask(
                deadline,
                shortPatience,
                stored -> stored.hint().filter(hint -> hint.id().equals(id)).isPresent(),
                answer -> answer.shows(id));
    }

    private Inventory ask(
            Deadline deadline,
            Duration shortPatience,
            Predicate<StoredBackup> isRead,
            Predicate<SinkInventory> isEnough)
            throws InterruptedException {
        Deadline early = deadline.atMost(shortPatience);
        List<SinkQuery> queries = sinks.stream()
                .map(sink -> new SinkQuery(sink, deadline, isRead))
                .toList();
        for (SinkQuery query : queries) {
            query.await(early);
        }
        while (queries.stream().anyMatch(SinkQuery::isUnreachable)
                && !(queries.stream().anyMatch(query -> isEnough.test(query.inventory)) ? early : deadline)
                        .isExpired()) {
            for (SinkQuery query : queries) {
                if (query.isUnreachable()) {
                    query.askAgain();
                    query.await(deadline.atMost(Timeouts.RETRY_INTERVAL));
                }
            }
        }
        queries.forEach(SinkQuery::end);
        return new Inventory(queries.stream().map(query -> query.inventory).toList());
    }

    /** Reads the headers that have not been read, or could not be fetched; the entries of different sinks at once. */
    public Inventory readRest(Inventory inventory, Deadline deadline) throws InterruptedException {
        List<Task<SinkInventory>> tasks = inventory.sinks().stream()
                .map(sink -> Task.start("read-" + sink.sink(), contextClassLoader, () -> readRest(sink, deadline)))
                .toList();
        List<SinkInventory> answers = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            SinkInventory before = inventory.sinks().get(i);
            try {
                answers.add(tasks.get(i).await(deadline));
            } catch (ExecutionException e) {
                answers.add(before);
            } catch (TimeoutException e) {
                tasks.get(i).abandon();
                answers.add(before);
            }
        }
        return new Inventory(answers);
    }

    private SinkInventory readRest(SinkInventory before, Deadline deadline) {
        return before.with(before.entries().stream()
                .map(entry -> entry instanceof CatalogEntry.Unread || entry instanceof CatalogEntry.Unavailable
                        ? readHeader(entry.sink(), entry.stored(), deadline)
                        : entry)
                .toList());
    }

    /** Reads the header of one entry; a second time if it is rejected, because a gateway may have answered with an error. */
    public CatalogEntry readHeader(BackupSink sink, StoredBackup stored, Deadline deadline) {
        CatalogEntry entry = readHeaderOnce(sink, stored, deadline);
        return entry instanceof CatalogEntry.Unreadable ? readHeaderOnce(sink, stored, deadline) : entry;
    }

    private CatalogEntry readHeaderOnce(BackupSink sink, StoredBackup stored, Deadline deadline) {
        try (InputStream sealed = sink.open(stored, deadline)) {
            return new CatalogEntry.Authenticated(sink, stored, ResemblanceCheck.read(sealed, reader::readHeader));
        } catch (UnreadableBackupException e) {
            return new CatalogEntry.Unreadable(sink, stored, e);
        } catch (IOException | RuntimeException e) {
            return new CatalogEntry.Unavailable(sink, stored, Failures.describe(e));
        }
    }

    private SinkInventory list(BackupSink sink, Deadline deadline, Predicate<StoredBackup> isRead) throws IOException {
        Listing listing = sink.list(deadline);
        if (listing instanceof Listing.NotListable notListable) {
            return SinkInventory.notListable(sink, notListable.why());
        }
        List<CatalogEntry> entries = readNewest(sink, ((Listing.Listed) listing).backups(), deadline, isRead);
        readForks(sink, entries, deadline);
        return SinkInventory.listed(sink, entries);
    }

    /**
     * Reads the headers of the entries that may be the newest; of all, once a hint proves wrong.
     *
     * @param isRead whether the header of an entry is read in any case
     */
    private List<CatalogEntry> readNewest(
            BackupSink sink, List<StoredBackup> listed, Deadline deadline, Predicate<StoredBackup> isRead) {
        List<CatalogEntry> entries = new ArrayList<>();
        boolean trustsHints = true;
        int hintedHeadersRead = 0;
        for (StoredBackup stored :
                listed.stream().sorted(WITHOUT_HINT_THEN_NEWEST_FIRST).toList()) {
            if (trustsHints && hintedHeadersRead >= HEADERS_READ_AT_ONCE && !isRead.test(stored)) {
                entries.add(new CatalogEntry.Unread(sink, stored, false));
            } else {
                CatalogEntry entry = readHeader(sink, stored, deadline);
                entries.add(entry);
                hintedHeadersRead += entry.hint().isPresent() ? 1 : 0;
                trustsHints &= agreesWithHint(entry);
            }
        }
        return entries;
    }

    /** Whether the hint may be believed; without a hint, if there is a header. */
    private static boolean agreesWithHint(CatalogEntry entry) {
        Optional<Hint> hint = entry.hint();
        Optional<BackupHeader> header = entry.headerIfAuthenticated();
        if (hint.isEmpty() || header.isEmpty()) {
            return hint.isPresent() || header.isPresent();
        }
        return hint.get().id().equals(header.get().id())
                && hint.get().version().equals(header.get().version());
    }

    /** Also reads the headers of entries that are forks of the newest backup, if their hints are true. */
    private void readForks(BackupSink sink, List<CatalogEntry> entries, Deadline deadline) {
        List<BackupHeader> headers = entries.stream()
                .map(CatalogEntry::headerIfAuthenticated)
                .flatMap(Optional::stream)
                .toList();
        Optional<AncestorSet> ancestors =
                headers.stream().max(BackupHeader.OLDEST_FIRST).map(new Ancestry(headers)::ancestorsOf);
        if (ancestors.isPresent()) {
            entries.replaceAll(entry -> entry instanceof CatalogEntry.Unread && isFork(entry, ancestors.get())
                    ? readHeader(sink, entry.stored(), deadline)
                    : entry);
        }
    }

    private static boolean isFork(CatalogEntry entry, AncestorSet ofNewest) {
        return entry.hint()
                .filter(hint -> !ofNewest.contains(hint.id()) && ofNewest.isCompleteAt(hint.sequence()))
                .isPresent();
    }

    /** The query of one sink, on a thread of its own. */
    private final class SinkQuery {
        private final BackupSink sink;
        private final Deadline deadline;
        private final Predicate<StoredBackup> isRead;
        private Task<SinkInventory> task;
        private SinkInventory inventory;

        SinkQuery(BackupSink sink, Deadline deadline, Predicate<StoredBackup> isRead) {
            this.sink = sink;
            this.deadline = deadline;
            this.isRead = isRead;
            this.inventory = SinkInventory.unreachable(sink.name(), Messages.NO_ANSWER_IN_TIME);
            this.task = start();
        }

        private Task<SinkInventory> start() {
            return Task.start("list-" + sink.name(), contextClassLoader, () -> list(sink, deadline, isRead));
        }

        /** Asks once more if the last attempt failed; an attempt that has not ended goes on. */
        void askAgain() throws InterruptedException {
            if (task.isDone()) {
                TimeUnit.NANOSECONDS.sleep(
                        deadline.atMost(Timeouts.RETRY_INTERVAL).remaining().toNanos());
                task = start();
            }
        }

        void await(Deadline patience) throws InterruptedException {
            try {
                inventory = task.await(patience);
            } catch (ExecutionException e) {
                inventory = SinkInventory.unreachable(sink.name(), Failures.describe(Failures.cause(e)));
            } catch (TimeoutException e) {
                // The answer of the attempt before stands.
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
    }
}
