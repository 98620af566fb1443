package io.gracefulbackup.internal.run;

import static io.gracefulbackup.internal.fixtures.App.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.type.TypeReference;

/** What one backup does and what it makes of failures, through the public API. */
@Timeout(60)
class BackupRunTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");

    @Test
    void reportsWhatEachSinkDid() {
        try (App app = App.start(sink, other)) {
            BackupReport report = app.save("state");
            assertThat(report.isComplete()).isTrue();
            assertThat(report.name()).isEqualTo("save state");
            assertThat(report.stateBytes()).isEqualTo(5);
            assertThat(report.sinks()).extracting(SinkResult::sink).containsExactly("memory", "other");
            assertThat(app.backup().status().lastBackup()).contains(report);
        }
    }

    @Test
    void givesEverySinkTheSameBytes() {
        try (App app = App.start(sink, other)) {
            BackupId id = app.save("state").id().orElseThrow();
            assertThat(sink.bytes.get(id.value())).isEqualTo(other.bytes.get(id.value()));
        }
    }

    @Test
    void aSinkThatFailsChangesNothingForOthers() {
        try (App app = App.start(sink, other)) {
            sink.store = () -> {
                throw new IOException("disk full, and the key is " + App.KEY);
            };
            BackupReport report = app.save("state");
            assertThat(report.isStored()).isTrue();
            assertThat(report.isComplete()).isFalse();
            assertThat(report.sinks())
                    .anySatisfy(result -> assertThat(result)
                            .isInstanceOfSatisfying(
                                    SinkResult.Failed.class,
                                    failed -> assertThat(failed.cause())
                                            .contains("disk full")
                                            .doesNotContain(App.KEY)));
            assertThat(other.bytes).hasSize(1);
        }
    }

    @Test
    void aSinkThatThrowsAnErrorOrHangsChangesNothingForOthers() {
        MemorySink third = new MemorySink("third");
        try (App app = App.start(builder -> builder.timeout(LIMIT), sink, other, third)) {
            sink.store = () -> {
                throw new OutOfMemoryError("made up");
            };
            other.store = BackupRunTest::hang;
            BackupReport report = app.save("state");
            assertThat(report.sinks())
                    .extracting(result -> (Object) result.getClass())
                    .containsExactly(SinkResult.Failed.class, SinkResult.TimedOut.class, SinkResult.Stored.class);
            assertThat(report.took()).isLessThan(LIMIT.plusSeconds(2));
        }
    }

    @Test
    void aSourceThatThrowsMeansNoBackupAndTheReportSaysWhy() {
        StateSource broken = StateSource.of(
                "broken",
                out -> {
                    throw new IOException("torn");
                },
                in -> {});
        try (App app = App.start(builder -> builder.source(broken), sink)) {
            BackupReport report = app.save("state");
            assertThat(report.isStored()).isFalse();
            assertThat(report.failure())
                    .hasValueSatisfying(why -> assertThat(why).contains("broken", "torn"));
            assertThat(sink.bytes).isEmpty();
        }
    }

    @Test
    void aSourceThatHangsIsAbandonedWithItsStackInTheReport() {
        StateSource hanging = StateSource.of("hanging", out -> hang(), in -> {});
        try (App app = App.start(builder -> builder.source(hanging).timeout(LIMIT), sink)) {
            BackupReport report = app.save("state");
            assertThat(report.failure())
                    .hasValueSatisfying(why -> assertThat(why).contains("hanging", "BackupRunTest.hang"));
            assertThat(report.took()).isLessThan(LIMIT.plusSeconds(1));
        }
    }

    @Test
    void namesTheThreadThatHoldsTheLock() throws Exception {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Thread greedy = new Thread(
                () -> {
                    lock.writeLock().lock();
                    held.countDown();
                    try {
                        letGo.await();
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                },
                "greedy");
        greedy.setDaemon(true);
        greedy.start();
        held.await();
        try (App app =
                App.start(builder -> builder.snapshotUnder(lock.readLock()).timeout(LIMIT), sink)) {
            BackupReport report = app.save("state");
            assertThat(report.failure())
                    .hasValueSatisfying(why -> assertThat(why).contains("lock", "greedy"));
        } finally {
            letGo.countDown();
        }
    }

    @Test
    void releasesTheLockWhateverHappens() {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        StateSource broken = StateSource.of(
                "broken",
                out -> {
                    assertThat(lock.getReadLockCount()).isEqualTo(1);
                    throw new StackOverflowError("made up");
                },
                in -> {});
        try (App app = App.start(builder -> builder.source(broken).snapshotUnder(lock.readLock()), sink)) {
            assertThat(app.save("state").isStored()).isFalse();
            assertThat(lock.getReadLockCount()).isZero();
        }
    }

    @Test
    void holdsTheLockOnlyWhileTheSourcesAreRead() {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        List<Integer> whileStoring = new ArrayList<>();
        sink.store = () -> whileStoring.add(lock.getReadLockCount());
        try (App app = App.start(builder -> builder.snapshotUnder(lock.readLock()), sink)) {
            BackupReport report = app.save("state");
            assertThat(whileStoring).containsExactly(0);
            assertThat(report.lockHeld()).isPositive().isLessThan(report.took());
        }
    }

    @Test
    void hostCodeSeesTheClassLoaderOfInstall() throws Exception {
        ClassLoader own = new ClassLoader(getClass().getClassLoader()) {};
        List<ClassLoader> seen = new ArrayList<>();
        StateSource source =
                StateSource.of("text", out -> seen.add(Thread.currentThread().getContextClassLoader()), in -> {});
        FutureTask<Boolean> life = new FutureTask<>(() -> {
            Thread.currentThread().setContextClassLoader(own);
            GracefulShutdown backup = App.builder(sink).source(source).install();
            Thread.currentThread().setContextClassLoader(null);
            backup.backupNow("one");
            backup.uninstall();
            return true;
        });
        new Thread(life).start();
        assertThat(life.get()).isTrue();
        assertThat(seen).containsExactly(own);
    }

    @Test
    void triggersAtTheSameTimeMakeFewBackupsAndNoneFromAStaleSnapshot() throws Exception {
        AtomicInteger state = new AtomicInteger();
        CountDownLatch firstIsStored = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<String> saved = new ArrayList<>();
        StateSource counter = text(
                "counter",
                () -> {
                    saved.add(Integer.toString(state.get()));
                    return Integer.toString(state.get());
                },
                ignored -> {});
        sink.store = () -> {
            firstIsStored.countDown();
            try {
                goOn.await();
            } catch (InterruptedException ended) {
                throw new IOException(ended);
            }
        };
        GracefulShutdown backup = App.builder(sink).source(counter).install();
        List<FutureTask<BackupReport>> triggers = new ArrayList<>();
        triggers.add(start(() -> backup.backupNow("first")));
        firstIsStored.await();
        state.set(1);
        for (int i = 0; i < 5; i++) {
            triggers.add(start(() -> backup.backupNow("later")));
        }
        while (Thread.getAllStackTraces().keySet().stream()
                        .filter(thread ->
                                thread.getName().equals("trigger") && thread.getState() == Thread.State.TIMED_WAITING)
                        .count()
                < 6) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        for (FutureTask<BackupReport> trigger : triggers) {
            assertThat(trigger.get().isStored()).isTrue();
        }
        backup.uninstall();
        assertThat(saved).containsExactly("0", "1");
    }

    @Test
    void keepsTheLastOnes() {
        sink.policy = RetentionPolicy.keepLast(3);
        List<String> ids = new ArrayList<>();
        try (App app = App.start(sink)) {
            for (int i = 0; i < 6; i++) {
                ids.add(app.save("state " + i).id().orElseThrow().value());
            }
        }
        assertThat(sink.bytes).containsOnlyKeys(ids.subList(3, 6));
    }

    @Test
    void keepsNoMoreBytesThanAllowedButAlwaysTheNewest() {
        sink.policy = RetentionPolicy.keepLast(10).withinBytes(10_000);
        try (App app = App.start(sink)) {
            for (int i = 0; i < 4; i++) {
                assertThat(app.save("state " + i).sealedBytes()).isBetween(4_000L, 5_000L);
            }
            assertThat(sink.bytes).hasSize(2);
        }
        sink.policy = RetentionPolicy.keepLast(10).withinBytes(1);
        String newest;
        try (App app = App.start(sink)) {
            newest = app.save("last").id().orElseThrow().value();
        }
        assertThat(sink.bytes).containsOnlyKeys(newest);
    }

    @Test
    void protectedBackupsStayAndAreNotCounted() {
        sink.policy = RetentionPolicy.keepLast(2);
        try (App app = App.start(sink)) {
            String first = app.save("one").id().orElseThrow().value();
            sink.lie = hint -> new Hint(
                    hint.id(),
                    hint.epoch(),
                    hint.sequence(),
                    hint.size(),
                    hint.createdAt(),
                    hint.id().value().equals(first));
            List<String> later = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                later.add(app.save("state " + i).id().orElseThrow().value());
            }
            assertThat(sink.bytes).containsOnlyKeys(first, later.get(2), later.get(3));
        }
    }

    @Test
    void theBuildersPolicyReplacesTheSinksOwn() {
        try (App app = App.start(builder -> builder.retention("memory", RetentionPolicy.keepLast(1)), sink)) {
            app.save("one");
            app.save("two");
        }
        assertThat(sink.bytes).hasSize(1);
    }

    @Test
    void anUnchangedStatePushesOutItsParentAndNotTheOldest() {
        sink.policy = RetentionPolicy.keepLast(2);
        String one = exit("one");
        exit("two");
        String last = "";
        for (int i = 0; i < 5; i++) {
            last = exit("two");
        }
        assertThat(sink.bytes).containsOnlyKeys(one, last);
    }

    /** A life of the application that ends with this state; returns the id of its final backup. */
    private String exit(String state) {
        App app = App.start(sink);
        app.state = state;
        app.backup().close();
        return app.backup()
                .status()
                .lastBackup()
                .orElseThrow()
                .id()
                .orElseThrow()
                .value();
    }

    @Test
    void aBackupAskedForByNameIsNotPushedOutByAnUnchangedState() {
        sink.policy = RetentionPolicy.keepLast(10);
        String named;
        try (App app = App.start(sink)) {
            named = app.save("before the migration").id().orElseThrow().value();
        }
        for (int i = 0; i < 13; i++) {
            exit("before the migration");
        }
        assertThat(sink.bytes).hasSize(2).containsKey(named);
        exit("after the migration");

        try (App app = App.start(builder -> builder.setting("BACKUP_RESTORE_ID", named), sink)) {
            assertThat(app.state).isEqualTo("before the migration");
        }
    }

    @Test
    void aBackupAskedForByNameCountsAsAnyOther() {
        sink.policy = RetentionPolicy.keepLast(3);
        String named;
        try (App app = App.start(sink)) {
            named = app.save("named").id().orElseThrow().value();
        }
        exit("one");
        exit("two");
        assertThat(sink.bytes).containsKey(named);
        exit("three");
        assertThat(sink.bytes).hasSize(3).doesNotContainKey(named);
    }

    @Test
    void retentionNeverDeletesTheHeadOfAFork() {
        sink.policy = RetentionPolicy.keepLast(1);
        String fork;
        try (App left = App.start(sink)) {
            fork = left.save("left").id().orElseThrow().value();
        }
        byte[] bytes = sink.bytes.remove(fork);
        Hint hint = sink.hints.remove(fork);
        String head;
        try (App right = App.start(sink)) {
            right.save("right");
            sink.bytes.put(fork, bytes);
            sink.hints.put(fork, hint);
            head = right.save("right again").id().orElseThrow().value();
        }
        assertThat(sink.bytes).containsOnlyKeys(fork, head);
    }

    @Test
    void retentionDoesNotCountOtherLines() {
        sink.policy = RetentionPolicy.keepLast(2);
        String fork;
        try (App left = App.start(sink)) {
            fork = left.save("left").id().orElseThrow().value();
        }
        byte[] bytes = sink.bytes.remove(fork);
        try (App right = App.start(sink)) {
            String first = right.save("right").id().orElseThrow().value();
            sink.bytes.put(fork, bytes);
            sink.hints.put(fork, new Hint(new BackupId(fork), 1, 99, bytes.length, Instant.EPOCH));
            String second = right.save("right again").id().orElseThrow().value();
            assertThat(sink.bytes).containsOnlyKeys(fork, first, second);
        }
    }

    @Test
    void aFailureOfRetentionIsNotAFailureOfTheBackup() {
        sink.policy = RetentionPolicy.keepLast(1);
        try (App app = App.start(sink)) {
            sink.list = () -> {
                throw new IOException("listing is forbidden");
            };
            assertThat(app.save("one").isComplete()).isTrue();
        }
    }

    @Test
    void aPreviewOfAPullRequestRestoresButStoresNothing() {
        try (App app = App.start(sink)) {
            app.save("production");
        }
        try (App app = App.start(builder -> builder.setting("IS_PULL_REQUEST", "true"), sink)) {
            assertThat(app.state).isEqualTo("production");
            assertThat(app.save("preview").sinks()).singleElement().isInstanceOf(SinkResult.Skipped.class);
        }
        assertThat(sink.bytes).hasSize(1);
    }

    @Test
    void aListenerThatThrowsDoesNotStopTheBackup() throws Exception {
        CountDownLatch told = new CountDownLatch(2);
        BackupListener broken = new BackupListener() {
            @Override
            public void onBackup(BackupReport report) {
                throw new IllegalStateException("broken listener");
            }
        };
        BackupListener sound = new BackupListener() {
            @Override
            public void onBackup(BackupReport report) {
                told.countDown();
            }

            @Override
            public void onRestore(RestoreReport report) {
                told.countDown();
            }
        };
        try (App app = App.start(builder -> builder.listener(broken).listener(sound), sink)) {
            app.save("one");
            told.await();
        }
    }

    @Test
    void savesAndRestoresJson() {
        List<List<String>> restored = new ArrayList<>();
        List<String> names = List.of("ä", "b\"");
        for (int life = 0; life < 2; life++) {
            GracefulShutdown backup = App.builder(sink)
                    .source(StateSource.json("names", new TypeReference<List<String>>() {}, () -> names, restored::add))
                    .install();
            backup.backupNow("one");
            backup.uninstall();
        }
        assertThat(restored).containsExactly(names);
    }

    @Test
    void aCancelledRunReleasesTheHostsLock() throws Exception {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        CountDownLatch writing = new CountDownLatch(1);
        StateSource slow = StateSource.of(
                "slow",
                out -> {
                    writing.countDown();
                    while (true) {
                        out.write(new byte[1024]);
                    }
                },
                in -> {});
        Snapshot snapshot = new Snapshot(
                List.of(slow),
                lock.writeLock(),
                new KeyRing(new byte[16], List.of()),
                new Threads(getClass().getClassLoader()));
        Deadline.Controller ending = Deadline.controlled(Duration.ofMinutes(1));
        Deadline run = ending.deadline();
        FutureTask<Object> taking =
                start(() -> snapshot.take(new Spool(), BackupRunTest::header, Duration.ofSeconds(10), run, run));
        writing.await();
        ending.expire();
        assertThatThrownBy(taking::get).hasCauseInstanceOf(SnapshotFailedException.class);
        assertThat(lock.writeLock().tryLock(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitsForTheStateAndTheHostsLockWithinOneShareOfTheTime() throws Exception {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        Snapshot snapshot = new Snapshot(
                List.of(text("text", () -> "state", ignored -> {})),
                lock.writeLock(),
                new KeyRing(new byte[16], List.of()),
                new Threads(getClass().getClassLoader()));
        Duration share = Duration.ofSeconds(2);
        Deadline run = Deadline.after(Duration.ofMinutes(1));
        snapshot.take(new Spool(), BackupRunTest::header, share, run, run); // derives the key
        lock.readLock().lock();
        assertThat(snapshot.stateGuard().acquireForRestore(run)).isTrue();
        Deadline.Registration unused =
                Deadline.after(share.multipliedBy(3).dividedBy(4)).onExpiry(snapshot.stateGuard()::releaseAfterRestore);
        long started = System.nanoTime();

        assertThatThrownBy(() -> snapshot.take(new Spool(), BackupRunTest::header, share, run, run))
                .isInstanceOf(SnapshotFailedException.class)
                .hasMessageContaining("could not get the host's lock");

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(share, share.plus(share.dividedBy(2)));
        unused.close();
    }

    @Test
    void aSnapshotOfOtherSourcesTakesTheSameLockAndGuard() throws Exception {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        Snapshot snapshot = new Snapshot(
                List.of(text("text", () -> "state", ignored -> {})),
                lock.writeLock(),
                new KeyRing(new byte[16], List.of()),
                new Threads(getClass().getClassLoader()));
        Snapshot others = snapshot.withSources(List.of(
                text("other", () -> lock.isWriteLockedByCurrentThread() ? "locked" : "not locked", ignored -> {})));
        Deadline run = Deadline.after(Duration.ofMinutes(1));

        SpooledBackup backup = others.take(new Spool(), BackupRunTest::header, Duration.ofSeconds(20), run, run);

        assertThat(backup.sections()).containsExactly(new Section("other", 1, "locked".length()));
        assertThat(others.stateGuard()).isSameAs(snapshot.stateGuard());
    }

    @Test
    void refusesAPolicyForAnUnknownSink() {
        assertThatThrownBy(() -> App.start(builder -> builder.retention("memroy", RetentionPolicy.keepAll()), sink))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContainingAll("memroy", "memory");
    }

    @Test
    void refusesTwoDrainStepsOfOneName() {
        assertThatThrownBy(() -> App.start(
                        builder -> builder.drain("http", deadline -> {}).drain("http", deadline -> {}), sink))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("http");
    }

    @Test
    void nothingIsSavedOrAcknowledgedAfterUninstall() {
        App app = App.start(sink);
        app.close();
        app.close();
        assertThat(app.backup().status().state()).isEqualTo(State.CLOSED);
        assertThatThrownBy(() -> app.backup().backupNow("late")).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> app.backup().write(() -> "late")).isInstanceOf(NotAcknowledgedException.class);
    }

    @Test
    void reportsAllConfigurationProblemsTogether() {
        assertThatThrownBy(() -> GracefulShutdown.builder()
                        .setting("SECRET_KEY", "short")
                        .setting("BACKUP_TIMEOUT", "soon")
                        .setting("BACKUP_KEEP_LAST", "0")
                        .install())
                .isInstanceOfSatisfying(
                        BackupConfigurationException.class,
                        wrong -> assertThat(wrong.problems())
                                .hasSizeGreaterThanOrEqualTo(4)
                                .anyMatch(problem -> problem.contains("SECRET_KEY"))
                                .anyMatch(problem -> problem.contains("BACKUP_TIMEOUT"))
                                .anyMatch(problem -> problem.contains("BACKUP_KEEP_LAST"))
                                .noneMatch(problem -> problem.contains("short\"")));
    }

    @Test
    void refusesTwoSinksOfOneName() {
        assertThatThrownBy(() -> App.start(sink, new MemorySink("memory")))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("memory");
    }

    @Test
    void writeTakesActionsWithAndWithoutResultAndTheirExceptions() throws Exception {
        try (App app = App.start(sink)) {
            int length = app.backup().write(() -> app.save("four").name().length());
            assertThat(length).isEqualTo(9);
            app.backup().write(() -> {
                app.state = "done";
            });
            app.backup().write(app::toString);
            assertThatThrownBy(() -> app.backup().write(() -> {
                        throw new IOException("checked");
                    }))
                    .isInstanceOf(IOException.class);
        }
    }

    private static BackupHeader header(BackupId id) {
        return BackupHeader.builder("app", id, new BackupVersion(1, 1)).build();
    }

    private static void hang() throws IOException {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException ended) {
            throw new IOException("interrupted", ended);
        }
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "trigger");
        thread.setDaemon(true);
        thread.start();
        return task;
    }
}
