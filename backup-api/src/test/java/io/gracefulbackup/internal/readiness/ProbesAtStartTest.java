package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.ReadinessFinding.Kind;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.LeaseSink;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code install()} does about sinks that could not store a backup. */
@Timeout(60)
class ProbesAtStartTest {
    private final MemorySink disk = new MemorySink("disk");
    private final MemorySink database = new MemorySink("database");

    private static MemorySink.Failing failing(String why) {
        return () -> {
            throw new IOException(why);
        };
    }

    // ---- nothing was restored

    @Test
    void refusesAnEmptyStartIfNoSinkCanStoreAndSaysWhyOfEach() {
        disk.probe = failing("the directory /blocks cannot be made; mount a volume there");
        database.probe = () -> {
            throw new IllegalStateException("the role may not insert; grant INSERT");
        };

        assertThatThrownBy(() -> App.start(disk, database))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll(
                        "disk cannot store backups: the directory /blocks cannot be made; mount a volume there",
                        "database cannot store backups: the role may not insert; grant INSERT",
                        "nothing was restored");
    }

    @Test
    void aRefusedStartLeavesNothingBehind() {
        AtomicInteger closed = new AtomicInteger();
        disk.probe = failing("read-only file system");
        disk.close = closed::incrementAndGet;
        assertThatThrownBy(() -> App.start(disk)).isInstanceOf(RestoreRefusedException.class);
        assertThat(closed).hasValue(1);
        disk.probe = () -> {};

        // Its claim is released: the same application can be installed in this process.
        try (App next = App.start(disk)) {
            assertThat(next.toldEmpty).isTrue();
            assertThat(next.backup().status().findings()).isEmpty();
        }
    }

    @Test
    void sinksArePreparedOnceTheExitIsArmedAndNotByADryRun() throws InterruptedException {
        CountDownLatch prepared = new CountDownLatch(1);
        disk.prepare = prepared::countDown;
        App.builder(disk).source(App.text("text", () -> "", read -> {})).dryRun();
        assertThat(prepared.getCount()).isEqualTo(1);

        try (App app = App.start(disk)) {
            assertThat(prepared.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(app.backup().state()).isEqualTo(State.ACTIVE);
        }
    }

    @Test
    void startsEmptyIfOneSinkCanStoreAndKeepsTheOtherInMind() {
        disk.probe = failing("read-only file system");

        try (App app = App.start(disk, database)) {
            assertThat(app.backup().state()).isEqualTo(State.ACTIVE);
            assertThat(app.backup().status().findings())
                    .containsExactly(new ReadinessFinding(
                            Kind.SINK, "disk", "disk cannot store backups: read-only file system"));
            assertThat(app.backup().status()).asString().contains("findings=1");
        }
    }

    @Test
    void anErrorOfASinkIsAFailedProbe() {
        disk.probe = () -> {
            throw new NoClassDefFoundError("org/driver/Driver");
        };

        assertThatThrownBy(() -> App.start(disk)).hasMessageContaining("org/driver/Driver");
    }

    @Test
    void requireAllSinksAsksForSinksThatCanStore() {
        disk.probe = failing("read-only file system");

        assertThatThrownBy(() -> App.start(builder -> builder.requireAllSinks(), disk, database))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("requireAllSinks()", "disk cannot store", "read-only")
                .hasMessageNotContaining("database");
    }

    @Test
    void showsNoSecret() {
        disk.probe = failing("login failed for " + App.KEY);

        assertThatThrownBy(() -> App.start(disk))
                .hasMessageContaining("login failed")
                .hasMessageNotContaining(App.KEY);
    }

    // ---- something was restored

    @Test
    void startsWithARestoredStateAlthoughNoSinkCanStore() throws InterruptedException {
        App.saveEach(disk, "one");
        disk.probe = failing("disk full");
        LinkedBlockingQueue<List<ReadinessFinding>> told = new LinkedBlockingQueue<>();
        BackupListener listener = new BackupListener() {
            @Override
            public void onFindings(List<ReadinessFinding> findings) {
                told.add(findings);
            }
        };

        try (App app = App.start(builder -> builder.listener(listener).requireAllSinks(), disk)) {
            assertThat(app.state).isEqualTo("one");
            assertThat(app.backup().state()).isEqualTo(State.ACTIVE);
            assertThat(app.backup().status().findings())
                    .singleElement()
                    .extracting(ReadinessFinding::message)
                    .asString()
                    .contains("disk full");
            assertThat(told.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(app.backup().status().findings());
        }
    }

    // ---- beside the restore

    @Test
    void asksWhileTheSinksAreListed() {
        CountDownLatch asked = new CountDownLatch(1);
        disk.probe = asked::countDown;
        disk.list = () -> {
            try {
                assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };

        App.start(disk).close();
    }

    @Test
    void aServerThatComesUpDuringTheStartCounts() {
        AtomicInteger listings = new AtomicInteger();
        disk.list = () -> {
            if (listings.incrementAndGet() < 3) {
                throw new IOException("connection refused");
            }
        };
        disk.probe = () -> {
            if (listings.get() < 3) {
                throw new IOException("connection refused");
            }
        };

        try (App app = App.start(disk)) {
            assertThat(app.backup().status().findings()).isEmpty();
        }
    }

    // ---- where nothing will be stored

    @Test
    void aPlanAsksNothing() {
        AtomicBoolean asked = new AtomicBoolean();
        disk.probe = () -> asked.set(true);

        App.builder(disk).source(App.text("text", () -> "", read -> {})).dryRun();

        assertThat(asked).isFalse();
    }

    @Test
    void aPreviewAsksNothing() {
        AtomicBoolean asked = new AtomicBoolean();
        disk.probe = () -> asked.set(true);

        App.start(builder -> builder.setting("IS_PULL_REQUEST", "true"), disk).close();

        assertThat(asked).isFalse();
    }

    // ---- with a lease

    private static App sharing(LeaseSink leased, MemorySink... others) {
        return App.start(
                builder -> {
                    for (MemorySink other : others) {
                        builder.sink(other);
                    }
                    return builder.handoff(turn -> {});
                },
                leased);
    }

    @Test
    void anInstanceThatWouldStandByIsRefusedIfNoSinkCanStore() {
        LeaseSink leased = new LeaseSink();
        try (App holder = sharing(leased)) {
            holder.save("one");
            App.asIfInAnotherProcess();
            leased.backups.probe = failing("permission denied for table backups");

            assertThatThrownBy(() -> sharing(leased))
                    .isInstanceOf(RestoreRefusedException.class)
                    .hasMessageContaining("permission denied for table backups");

            assertThat(holder.backup().state()).isEqualTo(State.ACTIVE);
        }
    }

    @Test
    void anInstanceStandsByWithOneSinkThatCanStore() {
        LeaseSink leased = new LeaseSink();
        try (App holder = sharing(leased)) {
            holder.save("one");
            App.asIfInAnotherProcess();
            leased.backups.probe = failing("permission denied for table backups");

            try (App standby = sharing(leased, disk)) {
                assertThat(standby.backup().state()).isEqualTo(State.STANDBY);
                assertThat(standby.backup().status().findings()).hasSize(1);
            }
        }
    }

    @Test
    void theFirstHolderOfALeaseIsRefusedBeforeItIsSeededIfNoSinkCanStore() {
        LeaseSink leased = new LeaseSink();
        leased.backups.probe = failing("permission denied for table backups");
        AtomicBoolean seeded = new AtomicBoolean();

        assertThatThrownBy(() -> App.start(
                        builder -> builder.handoff(turn -> turn.onActive(report -> seeded.set(true))), leased))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("permission denied for table backups");

        assertThat(seeded).isFalse();
        assertThat(leased.row())
                .hasValueSatisfying(row -> assertThat(row.holder()).isEmpty());
    }
}
