package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.Headers;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Backups that the library makes by itself while the application runs. */
@Timeout(60)
class CheckpointTest {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");
    private final BlockingQueue<BackupReport> reports = new LinkedBlockingQueue<>();

    private final AtomicBoolean isTorn = new AtomicBoolean(true);

    @Test
    void savesTheStateByItself() throws Exception {
        try (App app = start()) {
            app.state = "state";
            BackupReport report = next(BackupReport::isStored);
            assertThat(report.name()).startsWith("Checkpoint - ");
            assertThat(report.shutdown()).isEmpty();
        }
        try (App again = App.start(sink)) {
            assertThat(again.state).isEqualTo("state");
        }
    }

    @Test
    void doesNotStoreAgainWhatEverySinkHolds() throws Exception {
        try (App app = start()) {
            app.state = "state";
            BackupReport first = next(report -> !report.isUnchanged());
            BackupReport second = next(BackupReport::isUnchanged);
            assertThat(second.id()).isEqualTo(first.id());
            assertThat(second.sinks())
                    .containsExactly(
                            new SinkResult.Unchanged("memory", first.id().orElseThrow()),
                            new SinkResult.Unchanged("other", first.id().orElseThrow()));
            assertThat(sink.bytes).hasSize(1);
        }
    }

    @Test
    void aBackupThatIsNotStoredIsNobodysAncestor() throws Exception {
        try (App app = start()) {
            app.state = "state";
            next(BackupReport::isUnchanged);
            app.save("changed");
        }
        try (App again = App.start(sink)) {
            assertThat(again.backup().restoreReport().restored().orElseThrow().ancestors())
                    .hasSize(1);
        }
    }

    @Test
    void storesAgainWhileOneSinkDoesNotHoldIt() throws Exception {
        other.store = () -> {
            throw new IOException("out of order");
        };
        try (App app = start()) {
            app.state = "state";
            next(report -> !report.isComplete());
            next(report -> !report.isComplete());
            other.store = () -> {};
            BackupReport healed = next(BackupReport::isComplete);
            assertThat(healed.isUnchanged()).isFalse();
            assertThat(other.bytes).containsOnlyKeys(healed.id().orElseThrow().value());
        }
    }

    @Test
    void aManualBackupIsStoredEvenIfNothingHasChanged() throws Exception {
        try (App app = start()) {
            app.state = "state";
            next(BackupReport::isUnchanged);
            BackupReport manual = app.save("state");
            assertThat(manual.isUnchanged()).isFalse();
            assertThat(manual.isStored()).isTrue();
        }
    }

    @Test
    void aSourceThatFailsForAWhileDoesNotEndTheCheckpoints() throws Exception {
        try (App app = App.start(
                builder ->
                        builder.checkpointEvery(INTERVAL).listener(listener()).source(fragile()),
                sink)) {
            app.state = "state";
            assertThat(next(report -> report.failure().isPresent()).failure().orElseThrow())
                    .contains("torn");
            isTorn.set(false);
            assertThat(next(BackupReport::isStored).isStored()).isTrue();
        }
    }

    @Test
    void aSnapshotThatFailedIsNobodysAncestor() throws Exception {
        try (App app = App.start(
                builder ->
                        builder.checkpointEvery(INTERVAL).listener(listener()).source(fragile()),
                sink)) {
            app.state = "state";
            next(report -> report.failure().isPresent());
            isTorn.set(false);
            app.save("state");
        }
        assertThat(Headers.of(sink).get(0).ancestors()).isEmpty();
    }

    @Test
    void thereAreNoneAfterUninstall() throws Exception {
        try (App app = start()) {
            app.state = "state";
            next(BackupReport::isStored);
            assertThat(checkpointThreads()).isNotEmpty();
        }
        for (Thread thread : checkpointThreads()) {
            thread.join(20_000);
        }
        assertThat(checkpointThreads()).isEmpty();
    }

    private static List<Thread> checkpointThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("graceful-backup-checkpoints"))
                .toList();
    }

    /** Fails in each attempt of a checkpoint, until the test has seen the report. */
    private StateSource fragile() {
        return StateSource.of(
                "fragile",
                out -> {
                    if (isTorn.get()) {
                        throw new IOException("torn");
                    }
                },
                in -> {});
    }

    private App start() {
        return App.start(builder -> builder.checkpointEvery(INTERVAL).listener(listener()), sink, other);
    }

    private BackupListener listener() {
        return new BackupListener() {
            @Override
            public void onBackup(BackupReport report) {
                reports.add(report);
            }
        };
    }

    private BackupReport next(Predicate<BackupReport> wanted) throws InterruptedException {
        while (true) {
            BackupReport report = reports.poll(20, TimeUnit.SECONDS);
            assertThat(report).as("a report in time").isNotNull();
            if (wanted.test(report)) {
                return report;
            }
        }
    }
}
