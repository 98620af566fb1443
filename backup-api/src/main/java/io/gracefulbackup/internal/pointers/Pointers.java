package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStore.Latest;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All pointer stores: reads and writes them at the same time. A store that fails causes a warning only, because no
 * backup depends on it. A store that points to a newer backup, or to one of another application, is left as it is.
 */
public final class Pointers {
    /** Says that there is no receipt: a store can set a value, but not remove one. */
    private static final String NO_RECEIPT = "-";

    private static final String NO_ANSWER = "no answer in time";

    private static final Comparator<@Nullable BackupVersion> NEWEST_FIRST_THEN_NONE =
            Comparator.nullsLast(Comparator.<BackupVersion>reverseOrder());

    private final String application;
    private final List<PointerStore> stores = new CopyOnWriteArrayList<>();
    private final OperatorLog log;
    private final UnaryOperator<String> redact;
    private final Threads threads;

    /** The pointers of an application, without a store yet. */
    public Pointers(String application, OperatorLog log, UnaryOperator<String> redact, Threads threads) {
        this.application = application;
        this.log = log;
        this.redact = redact;
        this.threads = threads;
    }

    public void add(PointerStore store) {
        stores.add(store);
    }

    /** The highest {@code BACKUP_LATEST} of this application in all stores. */
    public LatestPointer latest(Deadline deadline) throws InterruptedException {
        Optional<Latest> highest = Optional.empty();
        Set<String> others = new TreeSet<>();
        boolean durable = false;
        boolean unknown = false;
        for (Reply<Held> reply : onEach(stores, store -> Held.in(store, deadline), deadline, warning("read"))) {
            durable |= reply.store().isWritable() && reply.store().outlivesInstance();
            unknown |= reply.isFailed();
            if (reply.result().isEmpty()) {
                continue;
            }
            Held held = reply.result().get();
            others.addAll(held.otherApplications);
            Optional<Latest> latest = held.latest();
            if (latest.isEmpty()) {
                unknown |= held.text.isPresent();
            } else if (!latest.get().belongsTo(application)) {
                others.add(latest.get().application());
                unknown |= reply.store().isWritable();
            } else if (highest.isEmpty() || latest.get().isNewerThan(highest.get())) {
                highest = latest;
            }
        }
        others.remove(application);
        return new LatestPointer(highest, durable && !unknown, others);
    }

    /** What a store holds under {@code BACKUP_LATEST}. */
    private record Held(Optional<String> text, Set<String> otherApplications) {
        static Held in(PointerStore store, Deadline deadline) throws IOException {
            return new Held(store.load(PointerStore.BACKUP_LATEST, deadline), store.otherApplications(deadline));
        }

        Optional<Latest> latest() {
            return text.flatMap(Latest::parse);
        }
    }

    /**
     * The values of that name; those of stores with a higher {@code BACKUP_LATEST} first. Values in a store whose
     * {@code BACKUP_LATEST} is another application's are left out.
     */
    public List<String> values(String name, Deadline deadline) throws InterruptedException {
        List<Reply<Optional<String>>> values = load(stores, name, deadline);
        List<Reply<Optional<String>>> latest = load(stores, PointerStore.BACKUP_LATEST, deadline);
        return IntStream.range(0, values.size())
                .boxed()
                .filter(i -> latest(latest.get(i))
                        .map(it -> it.belongsTo(application))
                        .orElse(true))
                .sorted(Comparator.comparing(i -> version(latest.get(i)), NEWEST_FIRST_THEN_NONE))
                .flatMap(i -> value(values.get(i)).stream())
                .distinct()
                .toList();
    }

    private static Optional<Latest> latest(Reply<Optional<String>> reply) {
        return value(reply).flatMap(Latest::parse);
    }

    private static @Nullable BackupVersion version(Reply<Optional<String>> reply) {
        return latest(reply).map(Latest::version).orElse(null);
    }

    /** The receipt of the process before, from a local store. */
    public Optional<Receipt> receipt(Deadline deadline) throws InterruptedException {
        return load(localStores(), Receipt.NAME, deadline).stream()
                .flatMap(reply -> value(reply).stream())
                .flatMap(text -> Receipt.parse(text).stream())
                .findFirst();
    }

    /** Writes a receipt to every local store. Without one, the next start knows less about how this process ended. */
    void save(Receipt receipt, Deadline deadline) throws InterruptedException {
        saveReceipt(redact.apply(receipt.toJson()), deadline);
    }

    /** Replaces the receipt by none. */
    void withdrawReceipt(Deadline deadline) throws InterruptedException {
        saveReceipt(NO_RECEIPT, deadline);
    }

    private void saveReceipt(String line, Deadline deadline) throws InterruptedException {
        StoreAction<Boolean> save = store -> {
            store.save(Receipt.NAME, line, deadline);
            return true;
        };
        onEach(localStores(), save, deadline, this::noReceiptIn);
    }

    /** Says in the log that a store has no receipt of this process. */
    private void noReceiptIn(PointerStore store, String why) {
        log.debug(Messages.noReceiptLeft(store.name(), why));
    }

    /** Says in the log that no store has a receipt, because an earlier one was still being written. */
    void noReceipt() {
        localStores().forEach(store -> noReceiptIn(store, NO_ANSWER));
    }

    private List<PointerStore> localStores() {
        return writableStores().stream().filter(PointerStore::isLocal).toList();
    }

    private List<PointerStore> writableStores() {
        return stores.stream().filter(PointerStore::isWritable).toList();
    }

    /**
     * Saves pointers to a verified backup in every writable store.
     *
     * @return the lines of the pointers, if at least one store has them that outlives the instance; else none
     */
    public List<String> save(List<Pointer> pointers, BackupHeader header, Deadline deadline)
            throws InterruptedException {
        List<Reply<Boolean>> replies =
                onEach(writableStores(), store -> save(store, pointers, header, deadline), deadline, warning("set"));
        boolean isKept = replies.stream()
                .anyMatch(reply -> reply.result().orElse(false) && reply.store().outlivesInstance());
        return isKept
                ? pointers.stream()
                        .map(Pointer::savedLine)
                        .filter(line -> !line.isEmpty())
                        .toList()
                : List.of();
    }

    private boolean save(PointerStore store, List<Pointer> pointers, BackupHeader header, Deadline deadline)
            throws IOException {
        Optional<Latest> present =
                store.load(PointerStore.BACKUP_LATEST, deadline).flatMap(Latest::parse);
        if (present.isPresent() && !present.get().belongsTo(application)) {
            log.warnOnce(redact.apply(Messages.pointersOfOtherApplication(
                    store.name(), present.get().application(), application)));
            return false;
        }
        if (present.isPresent() && present.get().version().isNewerThan(header.version())) {
            return false;
        }
        for (Pointer pointer : pointers) {
            store.save(pointer.name(), pointer.value(), deadline);
        }
        return true;
    }

    private List<Reply<Optional<String>>> load(List<PointerStore> from, String name, Deadline deadline)
            throws InterruptedException {
        return onEach(from, store -> store.load(name, deadline), deadline, warning("read"));
    }

    private static Optional<String> value(Reply<Optional<String>> reply) {
        return reply.result().flatMap(value -> value);
    }

    /** What an action on one store returned; empty if it failed or did not end in time. */
    private record Reply<T>(PointerStore store, Optional<T> result) {
        boolean isFailed() {
            return result.isEmpty();
        }
    }

    @FunctionalInterface
    private interface StoreAction<T> {
        T run(PointerStore store) throws IOException;
    }

    /**
     * Runs an action on each of these stores at the same time, and waits for all.
     *
     * @param failed receives each store that failed, and why
     */
    private <T> List<Reply<T>> onEach(
            List<PointerStore> on, StoreAction<T> action, Deadline deadline, BiConsumer<PointerStore, String> failed)
            throws InterruptedException {
        List<PointerStore> snapshot = List.copyOf(on);
        List<Task<T>> tasks = snapshot.stream()
                .map(store -> threads.startOrRun("pointer-" + store.name(), () -> action.run(store)))
                .toList();
        List<Reply<T>> replies = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            PointerStore store = snapshot.get(i);
            replies.add(new Reply<>(store, await(tasks.get(i), deadline, why -> failed.accept(store, why))));
        }
        return replies;
    }

    private static <T> Optional<T> await(Task<T> task, Deadline deadline, Consumer<String> failed)
            throws InterruptedException {
        try {
            return Optional.of(task.await(deadline));
        } catch (ExecutionException e) {
            failed.accept(Failures.describe(Failures.cause(e)));
        } catch (TimeoutException e) {
            task.abandon();
            failed.accept(NO_ANSWER);
        }
        return Optional.empty();
    }

    /**
     * A warning for each store that fails.
     *
     * @param attempt what was attempted, as a participle
     */
    private BiConsumer<PointerStore, String> warning(String attempt) {
        return (store, why) -> log.warnOnce(redact.apply(Messages.pointersFailed(store.name(), attempt, why)));
    }
}
