package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.readiness.Rehearsal.Stage;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.retention.Retention;
import io.gracefulbackup.internal.run.Delivery;
import io.gracefulbackup.internal.run.Drain;
import io.gracefulbackup.internal.run.Holdings;
import io.gracefulbackup.internal.run.Housekeeping;
import io.gracefulbackup.internal.run.RunComponents;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.Snapshot;
import io.gracefulbackup.internal.run.StateSizes;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.BackupSink;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Lock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What rehearsals work with, put together without an installation. */
final class RehearsalFixture {
    /** Derived once: a derivation takes half a second. */
    private static final KeyRing KEYS = new KeyRing(App.KEY.getBytes(StandardCharsets.UTF_8), List.of());

    private static final Lineage.Origin ORIGIN = new Lineage.Origin("app", null, "test/1", null);

    final List<String> lines = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<List<ReadinessFinding>> told = new LinkedBlockingQueue<>();
    final List<BackupReport> reports = new CopyOnWriteArrayList<>();
    final MemorySink sink = new MemorySink("memory");
    final WriteGate gate = WriteGate.open();
    final Lineage lineage = new Lineage(ORIGIN, null, Lineage.BEFORE_FIRST);
    final BackupReader reader = new BackupReader(KEYS, "app");
    final RehearsalSchedule schedule = new RehearsalSchedule(System::nanoTime);
    volatile Optional<SavePermit> permit = Optional.of(SavePermit.UNCONDITIONAL);
    private final OperatorLog log = new OperatorLog(line -> {
        lines.add(line);
        return line;
    });
    private final Threads threads = new Threads(RehearsalFixture.class.getClassLoader());
    final StatusTracker status = new StatusTracker(new Listeners(
            List.of(new BackupListener() {
                @Override
                public void onFindings(List<ReadinessFinding> findings) {
                    told.add(findings);
                }
            }),
            log,
            RehearsalFixture.class.getClassLoader()));
    final RunQueue runs;
    private final Stage stage;
    private final Rehearsals rehearsals;

    RehearsalFixture(@Nullable Lock lock, StateSource... sources) {
        RunComponents components = new RunComponents(
                "app",
                Duration.ofSeconds(20),
                new Drain(Map.of(), Duration.ofSeconds(1), threads, log),
                gate,
                () -> permit,
                new Snapshot(List.of(sources), lock, KEYS, threads),
                delivery(sink, log),
                lineage,
                new Holdings(catalog(sink)),
                new StateSizes(),
                Map.of(),
                reports::add,
                log,
                UnaryOperator.identity(),
                Clock.systemUTC(),
                threads);
        runs = new RunQueue(components);
        stage = new Stage(
                components,
                List.of(sources),
                lock != null,
                to -> delivery(to, OperatorLog.silent()),
                () -> new Lineage(ORIGIN, null, Lineage.BEFORE_FIRST),
                reader);
        rehearsals = new Rehearsals(stage, runs, schedule, new Findings(status), log);
    }

    private Catalog catalog(BackupSink of) {
        return new Catalog(List.of(of), reader, RehearsalFixture.class.getClassLoader());
    }

    private Delivery delivery(BackupSink to, OperatorLog logOfDelivery) {
        Retention retention = new Retention(catalog(to));
        Pointers pointers = new Pointers("app", logOfDelivery, UnaryOperator.identity(), threads);
        Housekeeping housekeeping = new Housekeeping(Map.of(), retention, pointers, Clock.systemUTC(), threads);
        return new Delivery(List.of(to), housekeeping, logOfDelivery, UnaryOperator.identity(), threads);
    }

    Rehearsal rehearsal() {
        return new Rehearsal(stage);
    }

    /** Rehearses now, as the background would when it is time. */
    void rehearse() throws InterruptedException {
        rehearsals.rehearse();
    }

    List<String> messages() {
        return status.status(0).findings().stream()
                .map(ReadinessFinding::message)
                .toList();
    }

    List<String> linesWith(String sign) {
        log.flush(Duration.ofSeconds(5));
        return lines.stream().filter(line -> line.contains(sign)).toList();
    }
}
