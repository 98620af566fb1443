package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.spi.PointerStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LifeCycleTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final MemorySink sink = new MemorySink("memory");
    private volatile String state = "initial";
    private final AtomicInteger closedSinks = new AtomicInteger();

    private StateSource source() {
        return App.text("text", () -> state, read -> state = read);
    }

    private GracefulShutdown.Builder builder() {
        return App.builder(sink).isolated();
    }

    private String lastSaved() {
        state = "not restored";
        GracefulShutdown next = builder().source(source()).install();
        next.uninstall();
        return state;
    }

    // ---- prepare and start

    @Test
    void aPreparedHandleAcknowledgesNothingAndTouchesNothing() {
        GracefulShutdown backup = App.builder(sink).isolated().prepare();

        assertThat(backup.state()).isEqualTo(State.PREPARED);
        assertThatThrownBy(() -> backup.write(() -> state = "changed")).isInstanceOf(NotAcknowledgedException.class);
        assertThatThrownBy(() -> backup.read(() -> state)).isInstanceOf(NotAcknowledgedException.class);
        assertThatThrownBy(() -> backup.backupNow("too early"))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("start()");
        assertThat(state).isEqualTo("initial");
        assertThat(sink.bytes).isEmpty();
    }

    @Test
    void aServiceThatIsASourceIsGivenTheHandleThatItWritesThrough() {
        App.saveEach(sink, "saved before");
        GracefulShutdown backup = builder().prepare();
        class Service {
            private final GracefulShutdown handle = backup;

            void change() {
                String before = state;
                handle.write(() -> state = before + ", changed");
            }
        }
        Service service = new Service();

        backup.start(source());
        service.change();
        backup.close();

        assertThat(lastSaved()).isEqualTo("saved before, changed");
    }

    @Test
    void aStartThatFailsMayBeTriedAgain() {
        GracefulShutdown backup = builder().prepare();
        assertThatThrownBy(backup::start).isInstanceOf(BackupConfigurationException.class);

        backup.start(source());

        assertThat(backup.state()).isEqualTo(State.ACTIVE);
        assertThatThrownBy(() -> backup.start(source())).hasMessageContaining("already");
        backup.uninstall();
    }

    @Test
    void aHandleThatWasClosedBeforeItsStartNeverStarts() {
        GracefulShutdown backup = builder().source(source()).prepare();
        backup.close();

        assertThat(backup.state()).isEqualTo(State.CLOSED);
        assertThatThrownBy(backup::start).isInstanceOf(BackupException.class).hasMessageContaining("closed");
        assertThat(sink.bytes).isEmpty();
    }

    @Test
    void aHandleThatIsClosedWhileItStartsEndsWithoutHavingAcceptedAnything() throws Exception {
        CountDownLatch listing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        sink.list = () -> {
            listing.countDown();
            await(mayGoOn);
        };
        GracefulShutdown backup = builder().source(source()).prepare();
        FutureTask<Void> start = inThread(() -> backup.start());
        await(listing);
        FutureTask<Void> close = inThread(backup::close);
        while (backup.state() != State.CLOSED) {
            Thread.onSpinWait();
        }
        mayGoOn.countDown();

        assertThatThrownBy(() -> start.get(20, TimeUnit.SECONDS)).hasRootCauseMessage(Messages.CLOSED_BEFORE_START);
        close.get(20, TimeUnit.SECONDS);
        assertThat(backup.state()).isEqualTo(State.CLOSED);
        assertThat(sink.bytes).isEmpty();
        sink.list = () -> {};
        assertThat(lastSaved()).as("the claim was given up").isEqualTo("not restored");
    }

    @Test
    void aCallOfCloseFromCodeThatTheStartWaitsForIsRefused() {
        List<Throwable> thrown = new ArrayList<>();
        GracefulShutdown backup = builder().prepare();
        backup.start(App.text("text", () -> state, read -> {}), new StateSource() {
            @Override
            public String name() {
                return "closing";
            }

            @Override
            public void writeTo(OutputStream out) {}

            @Override
            public void readFrom(InputStream in, int version) {}

            @Override
            public void startEmpty() {
                try {
                    backup.close();
                } catch (BackupException refused) {
                    thrown.add(refused);
                }
            }
        });
        assertThat(thrown).hasSize(1);
        assertThat(backup.state()).isEqualTo(State.ACTIVE);
        backup.uninstall();
    }

    // ---- close, shutdown, uninstall

    @Test
    void tryWithResourcesLeavesABackup() {
        try (GracefulShutdown backup = builder().source(source()).install()) {
            backup.write(() -> state = "written");
        }

        assertThat(lastSaved()).isEqualTo("written");
    }

    @Test
    void uninstallSavesNothing() {
        GracefulShutdown backup = builder().source(source()).install();
        backup.write(() -> state = "written");
        backup.uninstall();

        assertThat(sink.bytes).isEmpty();
        assertThatThrownBy(() -> backup.write(() -> state = "late")).isInstanceOf(NotAcknowledgedException.class);
        assertThat(backup.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void closeIsIdempotent() {
        GracefulShutdown backup = builder().source(source()).install();
        backup.close();
        backup.close();
        backup.uninstall();

        assertThat(sink.bytes).hasSize(1);
    }

    @Test
    void theFinalBackupIsMadeOnceWhoeverAsks() throws Exception {
        CountDownLatch storing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        GracefulShutdown backup = builder().source(source()).install();
        sink.store = () -> {
            storing.countDown();
            await(mayGoOn);
        };

        AtomicReference<BackupReport> first = new AtomicReference<>();
        FutureTask<Void> firstCall = inThread(() -> first.set(backup.shutdown(ShutdownReason.SIGTERM, LIMIT)));
        await(storing);
        AtomicReference<BackupReport> second = new AtomicReference<>();
        FutureTask<Void> secondCall = inThread(() -> second.set(backup.shutdown(ShutdownReason.EXIT, LIMIT)));
        backup.uninstall();
        mayGoOn.countDown();

        firstCall.get(20, TimeUnit.SECONDS);
        secondCall.get(20, TimeUnit.SECONDS);
        assertThat(second.get()).isSameAs(first.get());
        assertThat(first.get().isStored()).isTrue();
        assertThat(first.get().shutdown()).contains(ShutdownReason.SIGTERM);
        assertThat(backup.state()).as("uninstall() does not cut it short").isEqualTo(State.STOPPING);
        backup.close();
        assertThat(sink.bytes).hasSize(1);
    }

    @Test
    void shutdownClosesTheGateForGoodAndLeavesTheApplicationInstalled() {
        GracefulShutdown backup = builder().source(source()).install();
        BackupReport report = backup.shutdown(ShutdownReason.EXIT, LIMIT);

        assertThat(report.isStored()).isTrue();
        assertThat(backup.state()).isEqualTo(State.STOPPING);
        assertThatThrownBy(() -> backup.write(() -> state = "late")).isInstanceOf(NotAcknowledgedException.class);
        assertThatThrownBy(() -> builder().source(source()).install()).hasMessageContaining("installed already");
        backup.close();
    }

    @Test
    void shutdownTakesNoLongerThanItsTimeout() {
        CountDownLatch never = new CountDownLatch(1);
        GracefulShutdown backup = builder().source(source()).install();
        sink.store = () -> {
            await(never);
            throw new IOException("interrupted");
        };
        try {
            long begun = System.nanoTime();
            BackupReport report = backup.shutdown(ShutdownReason.EXIT, Duration.ofSeconds(1));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            assertThat(report.isStored()).isFalse();
        } finally {
            never.countDown();
            backup.uninstall();
        }
    }

    @Test
    void anInterruptDoesNotCutTheFinalBackupShortAndIsKept() {
        GracefulShutdown backup = builder().source(source()).install();
        Thread.currentThread().interrupt();
        backup.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(sink.bytes).hasSize(1);
    }

    @Test
    void closeSaysThatNoSinkHasTheState() {
        GracefulShutdown backup = builder().source(source()).install();
        sink.store = () -> {
            throw new IOException("disk full");
        };

        assertThatThrownBy(backup::close)
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("no sink")
                .hasMessageContaining("disk full");
        assertThat(backup.state()).isEqualTo(State.CLOSED);
        sink.store = () -> {};
        builder().source(source()).install().uninstall();
    }

    @Test
    void aDrainStepThatClosesTheHandleIsToldToReturn() {
        List<String> refusals = new CopyOnWriteArrayList<>();
        GracefulShutdown.Builder draining = builder().source(source());
        GracefulShutdown[] handle = new GracefulShutdown[1];
        draining.drain("closing", deadline -> {
            try {
                handle[0].close();
            } catch (BackupException refused) {
                refusals.add(refused.getMessage());
            }
        });
        handle[0] = draining.install();
        handle[0].close();

        assertThat(refusals).singleElement().asString().contains("drain step");
        assertThat(sink.bytes).hasSize(1);
    }

    @Test
    void withoutAHookTheApplicationSavesItself() {
        GracefulShutdown backup =
                builder().withoutShutdownHook().source(source()).install();
        backup.write(() -> state = "written");
        assertThat(backup.shutdown(ShutdownReason.SIGTERM, LIMIT).isStored()).isTrue();
        backup.close();

        assertThat(lastSaved()).isEqualTo("written");
    }

    @Test
    void listenersSeeTheStatesInTheirOrder() {
        List<State> seen = new CopyOnWriteArrayList<>();
        BackupListener listener = new BackupListener() {
            @Override
            public void onState(State now) {
                seen.add(now);
            }
        };
        GracefulShutdown closed = builder().listener(listener).source(source()).install();
        closed.close();
        assertThat(seen).containsExactly(State.RESTORING, State.ACTIVE, State.STOPPING, State.CLOSED);

        seen.clear();
        builder().listener(listener).source(source()).install().uninstall();
        assertThat(seen).containsExactly(State.RESTORING, State.ACTIVE, State.CLOSED);
    }

    // ---- one installation

    @Test
    void aSecondInstallationTouchesNothingAndNamesTheFirst() {
        App.saveEach(sink, "saved");
        GracefulShutdown first = builder().source(source()).install();
        first.write(() -> state = "newer than the backup");

        assertThatThrownBy(() -> builder().source(source()).install())
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("installed already")
                .hasMessageContaining("LifeCycleTest.aSecondInstallationTouchesNothingAndNamesTheFirst");
        assertThat(state).isEqualTo("newer than the backup");

        first.close();
        assertThat(lastSaved()).isEqualTo("newer than the backup");
    }

    @Test
    void anotherApplicationMayBeInstalledBesideIt() {
        MemorySink theirs = new MemorySink("theirs");
        GracefulShutdown first = builder().source(source()).install();
        GracefulShutdown second = App.builder(theirs)
                .isolated()
                .application("another")
                .source(source())
                .install();
        second.close();
        first.close();

        assertThat(sink.bytes).hasSize(1);
        assertThat(theirs.bytes).hasSize(1);
    }

    @Test
    void anInstallationThatFailsGivesItsClaimUp() {
        sink.list = () -> {
            throw new IOException("down");
        };
        assertThatThrownBy(() -> App.impatient(builder()).source(source()).install())
                .isInstanceOf(BackupException.class);
        sink.list = () -> {};

        builder().source(source()).install().uninstall();
    }

    // ---- what the builder is given

    private static final class CountingStore implements PointerStore {
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public boolean outlivesInstance() {
            return true;
        }

        @Override
        public Optional<String> load(String name, Deadline deadline) {
            return Optional.empty();
        }

        @Override
        public void save(String name, String value, Deadline deadline) {}

        @Override
        public void close() {
            closed.incrementAndGet();
            throw new IllegalStateException("a store that fails to close does not stop the rest");
        }
    }

    @Test
    void aDryRunClosesNothingThatTheHostPassedIn() {
        CountingStore store = new CountingStore();
        sink.close = closedSinks::incrementAndGet;
        GracefulShutdown.Builder builder = builder().pointerStore(store).source(source());

        assertThat(builder.dryRun().action()).isEqualTo(StartPlan.Action.START_EMPTY);
        assertThat(closedSinks).hasValue(0);
        assertThat(store.closed).hasValue(0);

        GracefulShutdown backup = builder.install();
        backup.close();
        assertThat(closedSinks).hasValue(1);
        assertThat(store.closed).hasValue(1);
    }

    @Test
    void aWrongSettingClosesNothingThatTheHostPassedIn() {
        sink.close = closedSinks::incrementAndGet;
        assertThatThrownBy(() -> builder()
                        .setting("BACKUP_TIMEOUT", "soon")
                        .source(source())
                        .install())
                .isInstanceOf(BackupConfigurationException.class);
        assertThat(closedSinks).hasValue(0);
    }

    @Test
    void aRefusedStartClosesWhatTheHostPassedInOnce() {
        sink.close = closedSinks::incrementAndGet;
        sink.list = () -> {
            throw new IOException("down");
        };
        assertThatThrownBy(() -> App.impatient(builder()).source(source()).install())
                .isInstanceOf(BackupException.class);
        assertThat(closedSinks).hasValue(1);
    }

    @Test
    void anIsolatedBuilderReadsNoSystemProperties() {
        System.setProperty("backup.app", "from-a-property");
        try {
            GracefulShutdown backup = builder().source(source()).install();
            assertThat(backup.toString()).contains("blockchain").doesNotContain("from-a-property");
            backup.uninstall();
        } finally {
            System.clearProperty("backup.app");
        }
    }

    @Test
    void wrongArgumentsAreNamed() {
        GracefulShutdown.Builder builder = GracefulShutdown.builder();
        assertThatThrownBy(() -> builder.source(null)).hasMessageContaining("source");
        assertThatThrownBy(() -> builder.drain("http", null)).hasMessageContaining("step");
        assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(-5))).hasMessageContaining("time is PT-5S");
        assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(Long.MAX_VALUE)))
                .hasMessageContaining("time");
        assertThatThrownBy(() -> builder.checkpointEvery(Duration.ZERO)).hasMessageContaining("interval is PT0S");
        assertThatThrownBy(() -> builder.retention("file", null)).hasMessageContaining("policy");
    }

    /** Calls on a thread of its own: the common pool of a small machine has one. */
    private static FutureTask<Void> inThread(Runnable call) {
        FutureTask<Void> task = new FutureTask<>(call, null);
        new Thread(task, "caller").start();
        return task;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
