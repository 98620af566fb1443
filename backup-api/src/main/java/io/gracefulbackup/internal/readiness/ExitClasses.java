package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.format.CipherWarmUp;
import io.gracefulbackup.internal.format.TooLittleHeapException;
import io.gracefulbackup.internal.json.JacksonVersions;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Loads and initialises the library's classes before {@code install()} returns. A class that the exit were the first to load
 * might not be there any more: its jar was overwritten, or its class loader closed. And one that cannot be linked, because the
 * application has another version of a dependency, must be found out at the start.
 */
public final class ExitClasses {
    /** The module that has the packages at the base of the library. */
    private static final String ENGINE = "engine";

    private final Threads threads;
    private final boolean usesJson;
    private final List<Task<Loaded>> batches = new ArrayList<>();

    /**
     * What came of loading.
     *
     * @param problems why classes cannot be loaded
     * @param remarks modules without an index
     */
    private record Loaded(List<String> problems, List<String> remarks) {
        Loaded() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * Begins to load the engine, and what sealing needs of other libraries.
     *
     * @param usesJson whether a source is written as JSON; if not, it does not matter whether that would work
     */
    public ExitClasses(boolean usesJson, Threads threads) {
        this.usesJson = usesJson;
        this.threads = threads;
        batches.add(threads.startOrRun("classes", this::loadEngine));
    }

    /** Begins to load the modules of these sinks and pointer stores, as far as they are the library's own. */
    public void add(Collection<?> providers) {
        List<?> added = List.copyOf(providers);
        batches.add(threads.startOrRun("classes", () -> loadModulesOf(added)));
    }

    /**
     * Waits until everything is loaded, for a few seconds at most.
     *
     * @throws BackupConfigurationException if a class is there and cannot be loaded
     * @throws TooLittleHeapException if there was no heap for that
     */
    public void await(OperatorLog log) throws InterruptedException {
        Deadline deadline = Deadline.after(Timeouts.EXIT_CLASSES);
        List<String> problems = new ArrayList<>();
        for (Task<Loaded> batch : batches) {
            try {
                Loaded loaded = batch.await(deadline);
                problems.addAll(loaded.problems());
                loaded.remarks().forEach(log::debug);
            } catch (ExecutionException failed) {
                if (Failures.cause(failed) instanceof OutOfMemoryError noHeap) {
                    throw new TooLittleHeapException(noHeap);
                }
                problems.add(Messages.sealingFails(Failures.describe(Failures.cause(failed))));
            } catch (TimeoutException slow) {
                log.warn(Messages.classesNotLoaded(Timeouts.EXIT_CLASSES));
            }
        }
        if (!problems.isEmpty()) {
            throw new BackupConfigurationException(problems);
        }
    }

    private Loaded loadEngine() throws IOException {
        Loaded loaded = new Loaded();
        load(ENGINE, ExitClasses.class, new HashSet<>(), loaded);
        if (loaded.problems().isEmpty()) {
            CipherWarmUp.loadClasses();
        }
        return loaded;
    }

    private Loaded loadModulesOf(List<?> providers) throws IOException {
        Loaded loaded = new Loaded();
        Set<String> seen = new HashSet<>();
        for (Object provider : providers) {
            Optional<String> module = ClassIndex.moduleOf(provider.getClass());
            if (module.isPresent()) {
                load(module.get(), provider.getClass(), seen, loaded);
            }
        }
        return loaded;
    }

    private void load(String module, Class<?> neighbour, Set<String> seen, Loaded loaded) throws IOException {
        if (!seen.add(module)) {
            return;
        }
        Optional<ClassIndex> index = ClassIndex.read(module, neighbour);
        if (index.isEmpty()) {
            loaded.remarks().add(Messages.noClassIndex(module));
            return;
        }
        for (String used : index.get().uses()) {
            load(used, neighbour, seen, loaded);
        }
        // One is enough: what fails after it mostly does so for the same reason.
        index.get().classes().stream()
                .flatMap(name -> whyNotLoaded(name, neighbour.getClassLoader()).stream())
                .findFirst()
                .ifPresent(loaded.problems()::add);
    }

    /** A class that is not there was taken out of the jar by whoever made it smaller, and is not missed. */
    private Optional<String> whyNotLoaded(String name, ClassLoader loader) {
        try {
            Class.forName(name, true, loader);
            return Optional.empty();
        } catch (ClassNotFoundException notThere) {
            return Optional.empty();
        } catch (LinkageError unusable) {
            return usesJson || !ClassIndex.isForJson(name)
                    ? Optional.of(explain(name, unusable, loader))
                    : Optional.empty();
        }
    }

    private static String explain(String name, LinkageError unusable, ClassLoader loader) {
        String why = Failures.describe(unusable);
        return why.contains("jackson")
                ? Messages.classUnusable(name, JacksonVersions.explain(unusable))
                : Messages.classUnusable(name, why, MissingClass.whereabouts(unusable, loader));
    }
}
