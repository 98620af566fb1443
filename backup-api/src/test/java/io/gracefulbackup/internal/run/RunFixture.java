package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.retention.Retention;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.PointerStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Lock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The parts of a backup run, put together without an installation. */
final class RunFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Derived once: a derivation takes half a second. */
    private static final KeyRing KEYS = new KeyRing(App.KEY.getBytes(StandardCharsets.UTF_8), List.of());

    private static final ClassLoader CLASS_LOADER = RunFixture.class.getClassLoader();

    final List<BackupReport> reports = new CopyOnWriteArrayList<>();
    final Lineage lineage = new Lineage(new Lineage.Origin("app", null, "test/1", null), null, Lineage.BEFORE_FIRST);
    final StateSizes sizes = new StateSizes();
    final WriteGate gate = WriteGate.open();
    volatile Optional<SavePermit> permit = Optional.of(SavePermit.UNCONDITIONAL);
    volatile String text = "state";

    /** What was logged, at any level. */
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    volatile RunListener listener = reports::add;
    private Duration timeout = TIMEOUT;
    private final OperatorLog log = new OperatorLog(line -> {
        lines.add(line);
        return line;
    });
    private final Threads threads;
    private final Pointers pointers;
    private final BackupSink[] sinks;
    private Map<String, DrainStep> drain = Map.of();
    private StateSource source = App.text("text", () -> text, read -> text = read);
    private @Nullable Lock lock;

    RunFixture(BackupSink... sinks) {
        this(new Threads(CLASS_LOADER), sinks);
    }

    RunFixture(Threads threads, BackupSink... sinks) {
        this.threads = threads;
        this.sinks = sinks;
        pointers = new Pointers("app", log, UnaryOperator.identity(), threads);
    }

    /** In a process that can create no thread. */
    static RunFixture withoutThreads(BackupSink... sinks) {
        return new RunFixture(
                new Threads(CLASS_LOADER, thread -> {
                    throw new OutOfMemoryError("unable to create native thread: " + thread.getName());
                }),
                sinks);
    }

    RunFixture with(Duration time) {
        timeout = time;
        return this;
    }

    RunFixture with(String name, DrainStep step) {
        drain = Map.of(name, step);
        return this;
    }

    RunFixture with(Lock hostsLock) {
        lock = hostsLock;
        return this;
    }

    RunFixture with(PointerStore store) {
        pointers.add(store);
        return this;
    }

    /** With this source instead of the text. */
    RunFixture with(StateSource instead) {
        source = instead;
        return this;
    }

    /** What was logged so far: the log writes in a thread of its own. */
    List<String> logged() {
        log.flush(Duration.ofSeconds(10));
        return List.copyOf(lines);
    }

    RunComponents components() {
        return new RunComponents(
                "app",
                timeout,
                new Drain(drain, timeout.dividedBy(2), threads, log),
                gate,
                () -> permit,
                new Snapshot(List.of(source), lock, KEYS, threads),
                delivery(),
                lineage,
                new Holdings(catalog()),
                sizes,
                Map.of(),
                report -> listener.ended(report),
                log,
                UnaryOperator.identity(),
                Clock.systemUTC(),
                threads);
    }

    private Catalog catalog() {
        return new Catalog(List.of(sinks), new BackupReader(KEYS, "app"), CLASS_LOADER);
    }

    Delivery delivery() {
        Retention retention = new Retention(catalog());
        Housekeeping housekeeping = new Housekeeping(Map.of(), retention, pointers, Clock.systemUTC(), threads);
        return new Delivery(List.of(sinks), housekeeping, log, UnaryOperator.identity(), threads);
    }
}
