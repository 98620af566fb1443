package io.gracefulbackup.internal.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.LeaseSink;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An instance starts only once it has the state, or has seen that another instance has it. */
@Timeout(60)
class FirstContactTest {
    /** What a permanent failure may take, on a busy machine. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final LeaseSink sink = new LeaseSink();
    private final List<GracefulShutdown> started = new CopyOnWriteArrayList<>();
    private final List<String> turns = new CopyOnWriteArrayList<>();
    private volatile String text = "";

    @AfterEach
    void end() {
        sink.step = () -> {};
        sink.before = step -> {};
        started.forEach(GracefulShutdown::uninstall);
    }

    private GracefulShutdown.Builder builder() {
        return builder(App.text("text", () -> text, read -> text = read));
    }

    private GracefulShutdown.Builder builder(StateSource source) {
        App.asIfInAnotherProcess();
        return App.builder(sink)
                .setting("BACKUP_LEASE_TTL", "6s")
                .setting("BACKUP_START_TIMEOUT", "2s")
                .source(source)
                .handoff(turn ->
                        turn.onActive(report -> turns.add(report.outcome().name())));
    }

    private GracefulShutdown install() {
        return install(builder());
    }

    private GracefulShutdown install(GracefulShutdown.Builder builder) {
        GracefulShutdown backup = builder.install();
        started.add(backup);
        return backup;
    }

    private RestoreRefusedException refused(GracefulShutdown.Builder builder) {
        return catchThrowableOfType(RestoreRefusedException.class, () -> install(builder));
    }

    private static boolean isA(String kind, LeaseStep step) {
        return step.getClass().getSimpleName().equals(kind);
    }

    /** Steps of one kind fail for good, whatever else works. */
    private void denies(String kind) {
        sink.before = step -> {
            if (isA(kind, step)) {
                throw new PermanentFailureException("user \"app\" may not " + kind.toLowerCase(Locale.ROOT));
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"Withdraw", "Acquire", "Activate"})
    void aPermanentFailureOfAFirstStepEndsTheStartAtOnce(String kind) {
        denies(kind);
        long begun = System.nanoTime();

        RestoreRefusedException refusal = refused(builder().setting("BACKUP_START_TIMEOUT", "60s"));

        assertThat(refusal)
                .hasMessageContaining("user \"app\" may not " + kind.toLowerCase(Locale.ROOT))
                .hasMessageContaining("the lease in");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
        assertThat(turns).isEmpty();
        assertThat(sink.backups.bytes).isEmpty();
        assertThat(sink.row().flatMap(LeaseRow::holder)).isEmpty();
    }

    @Test
    void theReasonOfARefusedStartShowsNoSecret() {
        sink.step = () -> {
            throw new PermanentFailureException("no user " + App.KEY);
        };

        assertThat(refused(builder())).hasMessageContaining("no user").hasMessageNotContaining(App.KEY);
    }

    @Test
    void aServerThatDoesNotAnswerIsAskedForTheTimeOfTheStart() {
        sink.step = () -> {
            throw new IOException("connection refused");
        };
        long begun = System.nanoTime();

        RestoreRefusedException refusal = refused(builder());

        assertThat(refusal).hasMessageContaining("connection refused").hasMessageContaining("BACKUP_START_TIMEOUT");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(9));
    }

    @Test
    void aServerThatHangsIsAskedForTheTimeOfTheStart() {
        CountDownLatch never = new CountDownLatch(1);
        sink.before = step -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };

        assertThat(refused(builder())).hasMessageContaining("no answer").hasMessageContaining("BACKUP_START_TIMEOUT");

        never.countDown();
    }

    @Test
    void aServerThatBreaksDownAfterTheLeaseWasAcquiredIsAskedForTheTimeOfTheStart() {
        sink.before = step -> {
            if (!isA("Withdraw", step) && !isA("Acquire", step)) {
                throw new IOException("connection reset");
            }
        };

        assertThat(refused(builder())).hasMessageContaining("connection reset");

        assertThat(turns).isEmpty();
    }

    @Test
    void aServerThatComesUpInTimeIsWaitedFor() {
        AtomicInteger attempts = new AtomicInteger();
        sink.step = () -> {
            if (attempts.incrementAndGet() <= 5) {
                throw new IOException("starting up");
            }
        };

        assertThat(install().state()).isEqualTo(State.ACTIVE);
    }

    /** It would answer its first request, and every later one, with an error, behind a health check that succeeds. */
    @Test
    void anInstanceThatMayOnlyReadDoesNotStandBy() {
        GracefulShutdown first = install();
        denies("Withdraw");

        assertThat(refused(builder())).hasMessageContaining("may not withdraw");

        first.write(() -> {
            text = "goes on";
        });
        assertThat(first.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void aStandbyKeepsWatchingWhateverFailsLater() throws Exception {
        GracefulShutdown first = install();
        GracefulShutdown second = install();
        assertThat(second.state()).isEqualTo(State.STANDBY);
        CountDownLatch denied = new CountDownLatch(2);
        sink.step = () -> {
            denied.countDown();
            throw new PermanentFailureException("no privilege");
        };
        denied.await();
        sink.step = () -> {};
        first.uninstall();

        assertThat(second.awaitActive(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void aHolderIsDegradedWhateverFailsLater() throws Exception {
        GracefulShutdown only = install();
        denies("Renew");
        while (only.state() != State.DEGRADED) {
            Thread.onSpinWait();
        }
        only.write(() -> {
            text = "still";
        });

        sink.before = step -> {};

        while (only.state() != State.ACTIVE) {
            Thread.onSpinWait();
        }
        assertThat(text).isEqualTo("still");
    }

    /** The host may try again at once, and must not have a restore of the failed start in its state meanwhile. */
    @Test
    void aRestoreUnderWayEndsBeforeTheStartDoes() throws Exception {
        install().backupNow("known");
        started.remove(0).uninstall();
        CountDownLatch denied = new CountDownLatch(2);
        CountDownLatch mayEnd = new CountDownLatch(1);
        StateSource slow = App.text("text", () -> text, read -> {
            sink.before = step -> {
                denied.countDown();
                throw new PermanentFailureException("no privilege");
            };
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        FutureTask<RestoreRefusedException> start = new FutureTask<>(() -> refused(builder(slow)));
        new Thread(start).start();
        denied.await();

        // Longer than a start takes to end once it has been refused.
        assertThatThrownBy(() -> start.get(4, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        mayEnd.countDown();

        assertThat(start.get()).hasMessageContaining("no privilege");
    }

    @Test
    void aDryRunTellsWhyTheLeaseCannotBeRead() {
        sink.step = () -> {
            throw new PermanentFailureException("no such database");
        };

        assertThat(builder().dryRun().explanation()).anyMatch(line -> line.contains("no such database"));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, -1})
    void anEpochThatSomebodyWroteByHandIsRefused(long epoch) {
        install().uninstall();
        sink.edit(row -> row.epoch(epoch));

        assertThat(refused(builder())).hasMessageContaining("epoch " + epoch).hasMessageContaining("delete the row");
    }

    @Test
    void otherNumbersThatSomebodyWroteByHandAreRefused() {
        install().uninstall();
        List<String> refusals = new ArrayList<>();
        sink.edit(row -> row.heartbeat(Long.MAX_VALUE));
        refusals.add(refused(builder()).getMessage());
        sink.edit(row -> row.heartbeat(1)
                .request(new LeaseRow.HandoffRequest("x", Long.MAX_VALUE, new LeaseRow.Terms(null, List.of(), 1))));
        refusals.add(refused(builder()).getMessage());

        assertThat(refusals.get(0)).contains(" beat " + Long.MAX_VALUE);
        assertThat(refusals.get(1)).contains("want_beat " + Long.MAX_VALUE);
    }

    @Test
    void aHandleOfAStartThatWasRefusedAcceptsNothing() {
        denies("Acquire");
        GracefulShutdown handle = builder().prepare();
        started.add(handle);

        assertThatThrownBy(handle::start).isInstanceOf(RestoreRefusedException.class);

        assertThat(handle.state()).isNotIn(State.ACTIVE, State.STANDBY);
    }
}
