package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStore.Latest;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * All pointer stores, asked and written at once. One that fails is a warning: the backup is where it is. None is led back:
 * a store that points to a newer backup is left alone.
 */
public final class Pointers {
    private final List<PointerStore> stores = new CopyOnWriteArrayList<>();
    private final OperatorLog console;
    private final UnaryOperator<String> redact;
    private final ClassLoader contextClassLoader;

    public Pointers(OperatorLog console, UnaryOperator<String> redact, ClassLoader contextClassLoader) {
        this.console = console;
        this.redact = redact;
        this.contextClassLoader = contextClassLoader;
    }

    public void add(PointerStore store) {
        stores.add(store);
    }

    public void close() {
        stores.forEach(PointerStore::close);
    }

    /**
     * What the stores say of the newest backup.
     *
     * @param latest the newest that any of them knows
     * @param proveEmptiness whether there is a store that outlives the instance, and all answered: then no value means
     *     that nothing was ever stored
     */
    public record LatestPointer(Optional<Latest> latest, boolean proveEmptiness) {
        public static final LatestPointer NOTHING = new LatestPointer(Optional.empty(), false);
    }

    /** The highest {@code BACKUP_LATEST} of all stores. */
    public LatestPointer latest(Deadline deadline) throws InterruptedException {
        Optional<Latest> highest = Optional.empty();
        boolean durable = false;
        boolean failed = false;
        for (Answered answer : ask(PointerStore.BACKUP_LATEST, deadline)) {
            durable |= answer.store().isWritable() && answer.store().outlivesInstance();
            failed |= answer.failed();
            Optional<Latest> said = answer.value().flatMap(Latest::parse);
            failed |= answer.value().isPresent() && said.isEmpty();
            if (said.isPresent() && (highest.isEmpty() || said.get().isNewerThan(highest.get()))) {
                highest = said;
            }
        }
        return new LatestPointer(highest, durable && !failed);
    }

    /** The values of that name; those of stores whose {@code BACKUP_LATEST} is higher first. */
    public List<String> values(String name, Deadline deadline) throws InterruptedException {
        List<Answered> values = ask(name, deadline);
        List<Answered> positions = ask(PointerStore.BACKUP_LATEST, deadline);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> compare(positions.get(b), positions.get(a)));
        Set<String> distinct = new LinkedHashSet<>();
        order.forEach(i -> values.get(i).value().ifPresent(distinct::add));
        return List.copyOf(distinct);
    }

    /** The receipt that the process before has left in a local store. */
    public Optional<Receipt> receipt(Deadline deadline) throws InterruptedException {
        return ask(local(), Receipt.NAME, deadline).stream()
                .map(Answered::value)
                .flatMap(Optional::stream)
                .map(Receipt::parse)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Leaves a receipt in every local store; without one, the next start knows a little less. */
    void save(Receipt receipt, Deadline deadline) throws InterruptedException {
        saveReceipt(redact.apply(receipt.toJson()), deadline);
    }

    /** Leaves none. */
    void withdrawReceipt(Deadline deadline) throws InterruptedException {
        saveReceipt("-", deadline);
    }

    private void saveReceipt(String line, Deadline deadline) throws InterruptedException {
        for (PointerStore store : local()) {
            Task<Boolean> task = Task.start("receipt", contextClassLoader, () -> {
                store.save(Receipt.NAME, line, deadline);
                return true;
            });
            try {
                task.await(deadline);
            } catch (ExecutionException failed) {
                console.debug(
                        "No receipt could be left in " + store.name() + ": " + Failures.describe(Failures.cause(failed)));
            } catch (TimeoutException hangs) {
                task.abandon();
            }
        }
    }

    private List<PointerStore> local() {
        return stores.stream()
                .filter(PointerStore::isLocal)
                .filter(PointerStore::isWritable)
                .toList();
    }

    /**
     * Saves pointers to a verified backup in every store that can be written.
     *
     * @return the lines of those that a store has now which outlives the instance
     */
    public List<String> save(List<Pointer> pointers, BackupHeader header, Deadline deadline)
            throws InterruptedException {
        List<Task<Boolean>> tasks = new ArrayList<>();
        List<PointerStore> written = new ArrayList<>();
        for (PointerStore store : stores) {
            if (store.isWritable()) {
                written.add(store);
                tasks.add(Task.start(
                        "pointer-" + store.name(), contextClassLoader, () -> save(store, pointers, header, deadline)));
            }
        }
        boolean kept = false;
        for (int i = 0; i < tasks.size(); i++) {
            boolean saved = await(tasks.get(i), written.get(i), "set", deadline).orElse(false);
            kept |= saved && written.get(i).outlivesInstance();
        }
        return kept
                ? pointers.stream()
                        .map(Pointer::savedLine)
                        .filter(line -> !line.isEmpty())
                        .toList()
                : List.of();
    }

    private static boolean save(PointerStore store, List<Pointer> pointers, BackupHeader header, Deadline deadline)
            throws IOException {
        Optional<Latest> there =
                store.load(PointerStore.BACKUP_LATEST, deadline).flatMap(Latest::parse);
        if (there.isPresent() && there.get().isNewerThan(Latest.of(header))) {
            return false;
        }
        for (Pointer pointer : pointers) {
            store.save(pointer.name(), pointer.value(), deadline);
        }
        return true;
    }

    private record Answered(PointerStore store, Optional<String> value, boolean failed) {}

    private List<Answered> ask(String name, Deadline deadline) throws InterruptedException {
        return ask(stores, name, deadline);
    }

    private List<Answered> ask(List<PointerStore> stores, String name, Deadline deadline) throws InterruptedException {
        List<Task<Optional<String>>> tasks = stores.stream()
                .map(store ->
                        Task.start("pointer-" + store.name(), contextClassLoader, () -> store.load(name, deadline)))
                .toList();
        List<Answered> answers = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            Optional<Optional<String>> value = await(tasks.get(i), stores.get(i), "read", deadline);
            answers.add(new Answered(stores.get(i), value.flatMap(said -> said), value.isEmpty()));
        }
        return answers;
    }

    private <T> Optional<T> await(Task<T> task, PointerStore store, String what, Deadline deadline)
            throws InterruptedException {
        try {
            return Optional.of(task.await(deadline));
        } catch (ExecutionException failed) {
            warn(store, what, Failures.describe(Failures.cause(failed)));
        } catch (TimeoutException hangs) {
            task.abandon();
            warn(store, what, "no answer in time");
        }
        return Optional.empty();
    }

    private void warn(PointerStore store, String what, String why) {
        console.warn(redact.apply("⚠️ The pointers in " + store.name() + " could not be " + what + ": " + why
                + ". No backup is lost by that"));
    }

    private static int compare(Answered a, Answered b) {
        Optional<Latest> first = a.value().flatMap(Latest::parse);
        Optional<Latest> second = b.value().flatMap(Latest::parse);
        if (first.isEmpty() || second.isEmpty()) {
            return Boolean.compare(first.isPresent(), second.isPresent());
        }
        return first.get().isNewerThan(second.get()) ? 1 : second.get().isNewerThan(first.get()) ? -1 : 0;
    }
}
