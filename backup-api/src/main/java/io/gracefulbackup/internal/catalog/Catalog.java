package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.TooLittleHeapException;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks all sinks at once what they hold, and reads the headers of the backups that may be the newest. Hints only decide
 * which headers are read first: once a header of a sink cannot be authenticated or contradicts its hint, every header there is
 * read. When the time is up, a sink that has listed its entries has answered: what was not read is {@code Unread}.
 */
public final class Catalog {
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
     * shortPatience} if another sink has shown a backup; one that refuses for good is asked once. Where every list is empty, the
     * sinks are also asked for backups of other applications.
     *
     * @param readAll whether to read the headers of all entries
     * @throws TooLittleHeapException if no key can be derived
     */
    public Inventory ask(Duration patience, Duration shortPatience, boolean readAll) throws InterruptedException {
        Deadline deadline = Deadline.after(patience);
        Inventory inventory = ask(
                deadline,
                shortPatience,
                stored -> readAll,
                answer -> !answer.entries().isEmpty());
        boolean showsNothing = inventory.entries().findAny().isEmpty();
        return showsNothing ? withOthers(inventory, deadline.atMost(Timeouts.REMAINING_SINKS)) : inventory;
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
        reader.grantDerivations(deadline.remaining());
        Deadline early = deadline.atMost(shortPatience);
        List<SinkQuery> queries = sinks.stream()
                .map(sink -> new SinkQuery(sink, deadline, isRead))
                .toList();
        try {
            for (SinkQuery query : queries) {
                query.await(early);
            }
            while (queries.stream().anyMatch(SinkQuery::isOpen)
                    && !patienceIsOver(queries, isEnough, early, deadline)) {
                for (SinkQuery query : queries) {
                    if (query.isOpen()) {
                        query.askAgain();
                        query.await(deadline.atMost(Timeouts.RETRY_INTERVAL));
                    }
                }
            }
        } finally {
            queries.forEach(SinkQuery::end);
        }
        return new Inventory(queries.stream().map(query -> query.inventory).toList());
    }

    private static boolean patienceIsOver(
            List<SinkQuery> queries, Predicate<SinkInventory> isEnough, Deadline early, Deadline deadline) {
        boolean hasEnough = queries.stream().anyMatch(query -> !query.isOpen() && isEnough.test(query.inventory));
        return (hasEnough ? early : deadline).isExpired();
    }

    /**
     * Reads the headers that have not been read, or could not be fetched; the entries of different sinks at once, newest hints
     * first. What the time does not allow is {@code Unread} for lack of time.
     *
     * @throws TooLittleHeapException if no key can be derived
     */
    public Inventory readRest(Inventory inventory, Deadline deadline) throws InterruptedException {
        reader.grantDerivations(deadline.remaining());
        return inEachSink(
                "read-",
                inventory,
                deadline,
                SinkInventory::entries,
                (sink, reading) -> reading.readRest(),
                SinkInventory::with);
    }

    /** Asks the sinks that listed nothing for backups of other applications; it is no failure if they do not know. */
    private Inventory withOthers(Inventory inventory, Deadline deadline) throws InterruptedException {
        return inEachSink(
                "list-others-",
                inventory,
                deadline,
                SinkInventory::others,
                (answer, reading) -> {
                    for (BackupSink sink : sinks) {
                        if (answer.isListed() && answer.sink().equals(sink.name())) {
                            reading.listed(sink, sink.listOthers(deadline), stored -> true);
                            reading.readWanted();
                        }
                    }
                },
                SinkInventory::withOthers);
    }

    /**
     * Which of these sinks hold a backup now: list an entry whose header is authentic and has that id.
     *
     * @param deadline a sink that has not answered by then does not count
     */
    public Set<String> holding(BackupId id, Collection<String> names, Deadline deadline) throws InterruptedException {
        Map<String, Task<Boolean>> tasks = new LinkedHashMap<>();
        sinks.stream()
                .filter(sink -> names.contains(sink.name()))
                .forEach(sink -> tasks.put(
                        sink.name(),
                        Task.start("check-" + sink.name(), contextClassLoader, () -> isHeldBy(sink, id, deadline))));
        Set<String> holding = new HashSet<>();
        for (Map.Entry<String, Task<Boolean>> task : tasks.entrySet()) {
            if (awaitOrAbandon(task.getValue(), deadline).orElse(false)) {
                holding.add(task.getKey());
            }
        }
        return holding;
    }

    /** Reads the entries that are hinted as that backup, and those without a hint. */
    private boolean isHeldBy(BackupSink sink, BackupId id, Deadline deadline) throws IOException {
        return sink.list(deadline) instanceof Listing.Listed listed
                && listed.backups().stream()
                        .filter(stored ->
                                stored.hint().map(hint -> hint.id().equals(id)).orElse(true))
                        .takeWhile(stored -> !deadline.isExpired())
                        .map(stored -> readHeader(sink, stored, deadline).headerIfAuthenticated())
                        .anyMatch(header ->
                                header.filter(read -> read.id().equals(id)).isPresent());
    }

    /** Reads entries of one sink, as far as the time of the reading allows. */
    @FunctionalInterface
    private interface Reading {
        void read(SinkInventory sink, EntryReading into) throws IOException;
    }

    /** Reads in all sinks at once, each on a thread of its own, and keeps what each of them has read when the time is up. */
    private Inventory inEachSink(
            String task,
            Inventory inventory,
            Deadline deadline,
            Function<SinkInventory, List<CatalogEntry>> known,
            Reading reading,
            BiFunction<SinkInventory, List<CatalogEntry>, SinkInventory> result)
            throws InterruptedException {
        Deadline.Controller time = deadline.controlledAtMost(deadline.remaining());
        List<EntryReading> readings = new ArrayList<>();
        List<Task<EntryReading>> tasks = new ArrayList<>();
        try {
            for (SinkInventory sink : inventory.sinks()) {
                EntryReading entries = newReading(time.deadline());
                entries.known(known.apply(sink));
                readings.add(entries);
                tasks.add(Task.start(task + sink.sink(), contextClassLoader, () -> {
                    reading.read(sink, entries);
                    return entries;
                }));
            }
            for (Task<EntryReading> running : tasks) {
                awaitOrAbandon(running, deadline);
            }
        } finally {
            time.expire();
        }
        List<SinkInventory> answers = new ArrayList<>();
        for (int i = 0; i < readings.size(); i++) {
            answers.add(result.apply(inventory.sinks().get(i), readings.get(i).soFar()));
        }
        return new Inventory(answers);
    }

    /** What a task of one sink returned; empty if it failed, or was not done in time. */
    private static <T> Optional<T> awaitOrAbandon(Task<T> task, Deadline deadline) throws InterruptedException {
        try {
            return Optional.of(task.await(deadline));
        } catch (ExecutionException e) {
            throwIfTooLittleHeap(e);
        } catch (TimeoutException e) {
            task.abandon();
        }
        return Optional.empty();
    }

    private static void throwIfTooLittleHeap(ExecutionException failed) {
        if (Failures.cause(failed) instanceof TooLittleHeapException tooLittle) {
            throw tooLittle;
        }
    }

    private EntryReading newReading(Deadline deadline) {
        return new EntryReading(entry -> readHeader(entry.sink(), entry.stored(), deadline), deadline);
    }

    /**
     * Reads the header of one entry; a second time if it is rejected, because a gateway may have answered with an error.
     *
     * @throws TooLittleHeapException if no key can be derived
     */
    public CatalogEntry readHeader(BackupSink sink, StoredBackup stored, Deadline deadline) {
        CatalogEntry entry = readHeaderOnce(sink, stored, deadline);
        return entry instanceof CatalogEntry.Unreadable ? readHeaderOnce(sink, stored, deadline) : entry;
    }

    private CatalogEntry readHeaderOnce(BackupSink sink, StoredBackup stored, Deadline deadline) {
        try (InputStream sealed = sink.open(stored, deadline)) {
            return new CatalogEntry.Authenticated(sink, stored, ResemblanceCheck.read(sealed, reader::readHeader));
        } catch (UnreadableBackupException e) {
            return new CatalogEntry.Unreadable(sink, stored, e);
        } catch (TooLittleHeapException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            return new CatalogEntry.Unavailable(
                    sink, stored, Failures.describe(e), e instanceof PermanentFailureException);
        }
    }

    /** The query of one sink, on a thread of its own. */
    private final class SinkQuery {
        private final BackupSink sink;
        private final Deadline.Controller time;
        private final Predicate<StoredBackup> isRead;
        private final Deadline deadline;
        private Task<SinkInventory> task;
        private SinkInventory inventory;
        private boolean hasAnswered;
        /** What the sink has listed, while its headers are read. */
        private volatile @Nullable Supplier<SinkInventory> soFar;

        SinkQuery(BackupSink sink, Deadline deadline, Predicate<StoredBackup> isRead) {
            this.sink = sink;
            this.time = deadline.controlledAtMost(deadline.remaining());
            this.deadline = time.deadline();
            this.isRead = isRead;
            this.inventory = SinkInventory.unreachable(sink.name(), Messages.NO_ANSWER_IN_TIME);
            this.task = start();
        }

        private Task<SinkInventory> start() {
            return Task.start("list-" + sink.name(), contextClassLoader, this::list);
        }

        private SinkInventory list() throws IOException {
            Listing listing = sink.list(deadline);
            if (listing instanceof Listing.NotListable notListable) {
                return SinkInventory.notListable(sink, notListable.why());
            }
            EntryReading reading = newReading(deadline);
            reading.listed(sink, ((Listing.Listed) listing).backups(), isRead);
            SinkInventory listed = SinkInventory.listed(sink, reading.soFar());
            soFar = () -> listed.with(reading.soFar());
            reading.readWanted();
            return listed.with(reading.soFar());
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
                hasAnswered = true;
            } catch (ExecutionException e) {
                throwIfTooLittleHeap(e);
                inventory = failed(Failures.cause(e));
            } catch (TimeoutException e) {
                // The answer of the attempt before stands, or what has been read so far.
                takeWhatIsRead();
            }
        }

        private SinkInventory failed(Throwable why) {
            return why instanceof PermanentFailureException
                    ? SinkInventory.refusing(sink.name(), Failures.describe(why))
                    : SinkInventory.unreachable(sink.name(), Failures.describe(why));
        }

        private void takeWhatIsRead() {
            Supplier<SinkInventory> known = soFar;
            if (known != null) {
                inventory = known.get();
            }
        }

        /** Ends the query; if it has not answered in full, what has been read is its answer. Nothing that follows is believed. */
        void end() {
            if (!task.isDone()) {
                takeWhatIsRead();
                task.abandon();
            }
            time.expire();
        }

        /** Whether there may be another answer, or more of it. */
        boolean isOpen() {
            return !hasAnswered && !inventory.isPermanent();
        }
    }
}
