package io.gracefulbackup.internal.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.LeaseSink;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.spi.StoredBackup.Hint;
import io.gracefulbackup.spi.lease.LeaseRow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two instances in one process, each with a class loader of its own, as far as the library can see. */
@Timeout(60)
class HandoffTest {
    private final LeaseSink sink = new LeaseSink();
    private final List<Instance> started = new CopyOnWriteArrayList<>();

    /** One instance of an application that keeps a line of text. */
    private final class Instance {
        volatile String text = "";
        volatile boolean rejects;
        final List<String> turns = new CopyOnWriteArrayList<>();
        final CountDownLatch retired = new CountDownLatch(1);
        final Consumer<Instance> more;
        final GracefulShutdown backup;

        Instance(String key) {
            this(key, me -> {});
        }

        /** An instance that does something more at the end of {@code onActive}. */
        Instance(String key, Consumer<Instance> more) {
            this.more = more;
            GracefulShutdown.Builder builder = App.builder(sink)
                    .setting("SECRET_KEY", key)
                    .setting("BACKUP_LEASE_TTL", "6s")
                    .source(App.text("text", () -> text, this::replace))
                    .handoff(turn -> turn.onActive(this::active).onRetire(this::retire));
            App.asIfInAnotherProcess();
            backup = builder.install();
            started.add(this);
        }

        private void replace(String read) {
            if (rejects) {
                throw new IllegalStateException("not here");
            }
            text = read;
        }

        private void active(RestoreReport report) {
            turns.add(report.outcome().name());
            if (report.outcome() == RestoreReport.Outcome.EMPTY) {
                text = "seed";
            }
            more.accept(this);
        }

        private void retire() {
            turns.add("retired");
            retired.countDown();
        }

        void add(String more) {
            backup.write(() -> {
                text = text.concat(more);
            });
        }

        String read() {
            return backup.read(() -> text);
        }

        State state() {
            return backup.state();
        }
    }

    @AfterEach
    void end() {
        started.forEach(instance -> instance.backup.uninstall());
    }

    @Test
    void theFirstIsActiveAtOnceAndSeedsBeforeItsFirstChange() {
        Instance first = new Instance(App.KEY);

        assertThat(first.state()).isEqualTo(State.ACTIVE);
        first.add(" a");
        assertThat(first.read()).isEqualTo("seed a");
        assertThat(first.turns).containsExactly("EMPTY");
        assertThat(first.backup.status().epoch()).isPositive();
    }

    @Test
    void theSecondLeavesTheFirstAloneUntilTrafficComes() {
        Instance first = new Instance(App.KEY);
        Instance second = new Instance(App.KEY);

        assertThat(second.state()).isEqualTo(State.STANDBY);
        assertThatThrownBy(() -> second.backup.backupNow("not mine")).isInstanceOf(BackupException.class);
        first.add(" a");
        assertThat(first.state()).isEqualTo(State.ACTIVE);
        assertThat(first.turns).containsExactly("EMPTY");
    }

    @Test
    void whatWasAcknowledgedGoesOverWithTheFirstChange() throws Exception {
        Instance first = new Instance(App.KEY);
        first.add(" a");
        long epoch = first.backup.status().epoch();
        Instance second = new Instance(App.KEY);

        second.add(" b");

        assertThat(second.read()).isEqualTo("seed a b");
        assertThat(second.turns).containsExactly("RESTORED");
        assertThat(second.backup.status().epoch()).isGreaterThan(epoch);
        assertThat(second.backup.restoreReport().restored().orElseThrow().name())
                .startsWith("Handoff - ");
        assertThatThrownBy(() -> first.add(" c")).isInstanceOf(NotAcknowledgedException.class);
        assertThatThrownBy(first::read).isInstanceOf(NotAcknowledgedException.class);
        assertThat(first.state()).isEqualTo(State.RETIRED);
        assertThat(first.retired.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** What it saves afterwards must not look to the others as if the row of the lease were from the past. */
    @Test
    void aRestoreOfTheHolderDoesNotHoldUpTheNextHandoff() {
        Instance first = new Instance(App.KEY);
        BackupId old = first.backup.backupNow("old").id().orElseThrow();
        first.add(" a");
        first.backup.restore(old);
        first.add(" b");
        Instance second = new Instance(App.KEY);

        second.add(" c");

        assertThat(second.read()).isEqualTo("seed b c");
    }

    @Test
    void requestHandoffAloneBringsTheState() {
        Instance first = new Instance(App.KEY);
        first.add(" a");
        Instance second = new Instance(App.KEY);

        second.backup.requestHandoff();

        assertThat(second.state()).isEqualTo(State.ACTIVE);
        assertThat(second.read()).isEqualTo("seed a");
    }

    @Test
    void aChangeUnderWayGoesOverAndIsAcknowledged() throws Exception {
        Instance first = new Instance(App.KEY);
        Instance second = new Instance(App.KEY);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch storing = new CountDownLatch(1);
        sink.backups.store = storing::countDown;
        FutureTask<Boolean> change = new FutureTask<>(() -> first.backup.write(() -> {
            inside.countDown();
            while (first.state() != State.RETIRED) {
                Thread.onSpinWait();
            }
            // Nothing is stored before this change has ended, so the wait is in vain.
            storing.await(300, TimeUnit.MILLISECONDS);
            first.text = first.text.concat(" late");
            return true;
        }));
        new Thread(change).start();
        inside.await();

        second.add(" b");

        assertThat(change.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(second.read()).isEqualTo("seed late b");
    }

    @Test
    void anInstanceWithAnotherKeyNeverAsks() {
        Instance first = new Instance(App.KEY);
        first.add(" a");
        first.backup.backupNow("known");
        Instance second = new Instance("another-key-for-tests-0123456789");

        assertThatThrownBy(() -> second.add(" b")).isInstanceOf(NotAcknowledgedException.class);

        first.add(" c");
        assertThat(first.read()).isEqualTo("seed a c");
        assertThat(first.turns).containsExactly("EMPTY");
    }

    @Test
    void theHolderResumesWhenItsSaveFails() {
        Instance first = new Instance(App.KEY);
        first.add(" a");
        Instance second = new Instance(App.KEY);
        sink.backups.store = () -> {
            throw new IOException("disk full");
        };

        assertThatThrownBy(() -> second.add(" b")).isInstanceOf(NotAcknowledgedException.class);

        assertThat(first.read()).isEqualTo("seed a");
        first.add(" c");
        assertThat(first.state()).isEqualTo(State.ACTIVE);
        assertThat(sink.row().flatMap(LeaseRow::finalBackup)).isEmpty();
    }

    /** The newcomer's preflight has passed; its source changes its mind when it counts. */
    @Test
    void theOldHolderResumesWhenTheNewOneCannotRestore() throws Exception {
        Instance first = new Instance(App.KEY);
        first.add(" a");
        Instance second = new Instance(App.KEY);
        second.rejects = true;

        assertThatThrownBy(() -> second.add(" b")).isInstanceOf(NotAcknowledgedException.class);

        assertThat(first.backup.awaitActive(Duration.ofSeconds(20))).isTrue();
        assertThat(first.read()).isEqualTo("seed a");
        assertThat(first.turns).containsExactly("EMPTY", "retired", "KEPT");
        assertThat(second.state()).isEqualTo(State.FAILED);
    }

    @Test
    void aHolderWithoutItsDatabaseAcceptsNothingAfterItsTerm() throws Exception {
        Instance first = new Instance(App.KEY);
        sink.step = () -> {
            throw new IOException("gone");
        };

        while (first.state() != State.DEGRADED) {
            Thread.onSpinWait();
        }
        first.add(" in time");
        while (first.backup.awaitActive(Duration.ZERO)) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> first.add(" too late")).isInstanceOf(NotAcknowledgedException.class);
        while (first.state() != State.STANDBY) {
            Thread.onSpinWait();
        }
        assertThat(first.backup.status().detail()).isEqualTo("DEGRADED");
        sink.step = () -> {};
        assertThat(first.backup.awaitActive(Duration.ofSeconds(20))).isTrue();
        assertThat(first.read()).isEqualTo("seed in time");
    }

    @Test
    void aStartThatCannotRestoreIsRefusedAndReleasesTheLease() throws Exception {
        try (App before = App.start(sink)) {
            before.save("state");
        }
        assertThatThrownBy(() -> new Instance("another-key-for-tests-0123456789"))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("SECRET_KEY");

        assertThat(sink.row().map(LeaseRow::isFree)).contains(true);
    }

    /** A deploy onto an instance that is still seeding. */
    @Test
    void allSeedsGoOverOnceAndTheSeederRetiresAfterwards() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        FutureTask<Instance> start = new FutureTask<>(() -> new Instance(App.KEY, me -> {
            half.countDown();
            awaitUninterruptibly(mayEnd);
            me.text = me.text.concat(", more seeds");
            me.turns.add("seeded");
        }));
        new Thread(start).start();
        half.await();
        Instance second = new Instance(App.KEY);
        assertThatThrownBy(() -> second.add(" b")).isInstanceOf(NotAcknowledgedException.class);
        assertThat(sink.backups.bytes).as("half of the seeds").isEmpty();

        mayEnd.countDown();
        Instance first = start.get();
        second.backup.requestHandoff();
        second.add(" b");

        first.retired.await();
        assertThat(second.read()).isEqualTo("seed, more seeds b");
        assertThat(first.turns).containsExactly("EMPTY", "seeded", "retired");
        assertThat(second.turns).containsExactly("RESTORED");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void seedingThatFailsIsRefusedAndLeavesNothing() {
        assertThatThrownBy(() -> new Instance(App.KEY, me -> {
                    throw new IllegalStateException("no seed file");
                }))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("no seed file")
                .hasMessageContaining("Nothing is saved");

        assertThat(sink.backups.bytes).isEmpty();
        assertThat(sink.row().map(LeaseRow::isFree)).contains(true);
        assertThat(new Instance(App.KEY).turns).as("the next start").containsExactly("EMPTY");
    }

    @Test
    void anErrorDuringSeedingIsRefusedAsWell() {
        assertThatThrownBy(() -> new Instance(App.KEY, me -> {
                    throw new NoClassDefFoundError("seeds");
                }))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("seeds");

        assertThat(sink.row().map(LeaseRow::isFree)).contains(true);
    }

    @Test
    void anActionThatFailsOnARestoredStateIsIgnored() {
        Instance first = new Instance(App.KEY);
        first.add(" a");
        Instance second = new Instance(App.KEY, me -> {
            throw new IllegalStateException("no mail server");
        });

        second.add(" b");

        assertThat(second.read()).isEqualTo("seed a b");
        assertThat(second.state()).isEqualTo(State.ACTIVE);
    }

    /** The seeds of the first attempt are still in memory; another attempt would add them again. */
    @Test
    @Tag("slow")
    @Timeout(120)
    void anInstanceWhoseSeedingFailedDoesNotSeedAgain() throws Exception {
        Instance first = new Instance(App.KEY);
        Instance second = new Instance(App.KEY, me -> {
            throw new IllegalStateException("no seed file");
        });
        first.backup.uninstall();
        while (second.state() != State.FAILED) {
            Thread.onSpinWait();
        }
        long epoch = second.backup.status().epoch();

        while (second.backup.status().epoch() == epoch || second.state() != State.FAILED) {
            second.backup.awaitActive(Duration.ofMillis(50));
        }

        assertThat(second.turns).containsExactly("EMPTY", "retired");
        assertThat(sink.backups.bytes).isEmpty();
    }

    @Test
    void anInstanceThatUninstallsDoesNotHoldUpTheNextOne() {
        Instance first = new Instance(App.KEY);
        first.add(" a");
        first.backup.backupNow("known");
        first.add(" discarded");

        first.backup.uninstall();
        Instance second = new Instance(App.KEY);

        assertThat(second.state()).isEqualTo(State.ACTIVE);
        assertThat(second.read()).isEqualTo("seed a");
    }

    @Test
    void anInstanceThatClosesDoesNotHoldUpTheNextOne() {
        Instance first = new Instance(App.KEY);
        first.add(" a");

        first.backup.close();
        Instance second = new Instance(App.KEY);

        assertThat(second.state()).isEqualTo(State.ACTIVE);
        assertThat(second.read()).isEqualTo("seed a");
    }

    /** A source, or a request that is under way, may read through the handle while the exit saves. */
    @Test
    void theStateCanBeReadDuringTheExit() {
        List<String> read = new CopyOnWriteArrayList<>();
        Instance first = new Instance(App.KEY);
        first.add(" a");
        sink.backups.store = () -> read.add(first.read());

        first.backup.shutdown(ShutdownReason.CLOSE, Duration.ofSeconds(20));

        assertThat(read).containsExactly("seed a");
        assertThatThrownBy(first::read).isInstanceOf(NotAcknowledgedException.class);
    }

    /** The holder goes on saving, and its retention deletes what a standby has just listed. */
    @Test
    void aBackupThatVanishesDuringThePreflightIsReplacedByANewerOne() {
        Instance first = new Instance(App.KEY);
        String old = first.backup.backupNow("old").id().orElseThrow().value();
        first.add(" a");
        String newer = first.backup.backupNow("newer").id().orElseThrow().value();
        byte[] bytes = sink.backups.bytes.remove(newer);
        Hint hint = sink.backups.hints.remove(newer);
        AtomicInteger opened = new AtomicInteger();
        sink.backups.open = () -> {
            // The header is read first, then the backup.
            if (opened.incrementAndGet() == 2) {
                sink.backups.bytes.remove(old);
                sink.backups.bytes.put(newer, bytes);
                sink.backups.hints.put(newer, hint);
                throw new IOException("row 1 is gone");
            }
        };
        Instance second = new Instance(App.KEY);

        second.add(" b");

        assertThat(opened).hasValueGreaterThan(2);
        assertThat(second.read()).isEqualTo("seed a b");
    }

    @Test
    void aBackupThatCannotBeReadIsNotLookedForWithoutEnd() {
        Instance first = new Instance(App.KEY);
        first.backup.backupNow("old");
        AtomicInteger opened = new AtomicInteger();
        sink.backups.open = () -> {
            if (opened.incrementAndGet() % 2 == 0) {
                throw new IOException("row 1 is gone");
            }
        };
        Instance second = new Instance(App.KEY);

        assertThatThrownBy(() -> second.add(" b")).isInstanceOf(NotAcknowledgedException.class);

        assertThat(opened).hasValueLessThan(10);
        assertThat(first.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void theLongestWaitIsPossible() throws Exception {
        Instance first = new Instance(App.KEY);
        Instance second = new Instance(App.KEY);
        FutureTask<Boolean> wait =
                new FutureTask<>(() -> second.backup.awaitActive(Duration.ofSeconds(Long.MAX_VALUE)));
        new Thread(wait).start();

        second.backup.requestHandoff();

        assertThat(wait.get()).isTrue();
        assertThat(first.backup.awaitActive(Duration.ZERO)).isFalse();
    }

    @Test
    void aStartThatFailsClosesItsSinkOnce() {
        AtomicInteger closed = new AtomicInteger();
        sink.backups.close = closed::incrementAndGet;

        assertThatThrownBy(() -> new Instance(App.KEY, me -> {
                    throw new IllegalStateException("no seed file");
                }))
                .isInstanceOf(BackupException.class);

        assertThat(closed).hasValue(1);
    }

    @Test
    void withoutALeaseTheHostIsActiveOnce() {
        List<RestoreReport.Outcome> turns = new CopyOnWriteArrayList<>();
        try (App app = App.start(
                builder -> builder.handoff(turn -> turn.onActive(report -> turns.add(report.outcome()))),
                new MemorySink("memory"))) {
            assertThat(turns).containsExactly(RestoreReport.Outcome.EMPTY);
            assertThat(app.backup().state()).isEqualTo(State.ACTIVE);
            assertThat(app.backup().status().epoch()).isZero();
            app.backup().requestHandoff();
            assertThat(app.backup().<Integer, RuntimeException>read(() -> 1)).isEqualTo(1);
        }
    }

    @Test
    void aRequiredHandoffNeedsALeaseAndAHostThatSupportsIt() {
        assertThatThrownBy(() -> App.start(
                        builder -> builder.setting("BACKUP_HANDOFF", "on").handoff(turn -> {}),
                        new MemorySink("memory")))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("DATABASE_URL");
        assertThatThrownBy(() -> App.start(builder -> builder.setting("BACKUP_HANDOFF", "on"), sink))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("handoff(…)");
    }
}
