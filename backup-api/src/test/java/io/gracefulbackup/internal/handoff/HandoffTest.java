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
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.LeaseSink;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.spi.lease.LeaseRow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
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
        final GracefulShutdown backup;

        Instance(String key) {
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
