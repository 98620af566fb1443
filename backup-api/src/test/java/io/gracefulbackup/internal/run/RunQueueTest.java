package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.support.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunQueueTest {
    private final MemorySink sink = new MemorySink("memory");
    private final RunFixture fixture = new RunFixture(sink);
    private final RunQueue queue = new RunQueue(fixture.components());

    /** An exclusive run that is under way until the test lets it end. */
    private final class Blocker {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CountDownLatch cancelled = new CountDownLatch(1);
        private final FutureTask<Boolean> result;

        Blocker() throws InterruptedException {
            result = inBackground(() -> queue.exclusively("The blocker", turn -> {
                turn.deadline().onExpiry(cancelled::countDown);
                started.countDown();
                mayEnd.await();
                return true;
            }));
            started.await();
        }

        void end() throws Exception {
            mayEnd.countDown();
            assertThat(result.get()).isTrue();
        }
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** A trigger in a thread of its own, once it waits for its run. */
    private FutureTask<BackupReport> waitingTrigger(BackupTrigger trigger) throws InterruptedException {
        FutureTask<BackupReport> task = new FutureTask<>(() -> queue.backUp(trigger));
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void triggersJoinABackupThatIsStillQueued() throws Exception {
        Blocker blocker = new Blocker();
        FutureTask<BackupReport> first = waitingTrigger(BackupTrigger.manual("first"));
        FutureTask<BackupReport> second = waitingTrigger(BackupTrigger.manual("second"));

        blocker.end();

        assertThat(first.get().id()).isPresent().isEqualTo(second.get().id());
        assertThat(fixture.reports)
                .singleElement()
                .satisfies(report -> assertThat(report.name()).isEqualTo("first"));
    }

    @Test
    void doesNotJoinABackupWhoseSnapshotHasBegun() throws Exception {
        CountDownLatch storing = new CountDownLatch(1);
        CountDownLatch mayStore = new CountDownLatch(1);
        sink.store = () -> {
            storing.countDown();
            try {
                mayStore.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        FutureTask<BackupReport> first = waitingTrigger(BackupTrigger.manual("first"));
        storing.await();
        fixture.text = "changed";
        FutureTask<BackupReport> second = waitingTrigger(BackupTrigger.manual("second"));

        mayStore.countDown();

        assertThat(second.get().id()).isNotEqualTo(first.get().id());
    }

    @Test
    void storesAQueuedCheckpointThatABackupByNameHasJoined() throws Exception {
        queue.backUp(BackupTrigger.checkpoint());
        Blocker blocker = new Blocker();
        FutureTask<BackupReport> checkpoint = waitingTrigger(BackupTrigger.checkpoint());
        FutureTask<BackupReport> manual = waitingTrigger(BackupTrigger.manual("by name"));

        blocker.end();

        assertThat(manual.get().isUnchanged()).isFalse();
        assertThat(checkpoint.get().name()).isEqualTo("by name");
    }

    @Test
    void doesNotStoreACheckpointOfAnUnchangedState() {
        BackupReport first = queue.backUp(BackupTrigger.checkpoint());
        BackupReport second = queue.backUp(BackupTrigger.checkpoint());

        assertThat(second.isUnchanged()).isTrue();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(sink.bytes).hasSize(1);
    }

    @Test
    void theExitCancelsTheRunUnderWayAndMakesABackupOfItsOwn() throws Exception {
        Blocker blocker = new Blocker();

        BackupReport report = exit().await(Deadline.after(RunFixture.TIMEOUT));

        blocker.cancelled.await();
        assertThat(report.isStored()).isTrue();
        assertThat(report.shutdown()).contains(ShutdownReason.SIGTERM);
        blocker.end();
    }

    @Test
    void aTriggerDuringTheExitGetsTheReportOfTheExit() throws Exception {
        Task<BackupReport> exit = exit();

        BackupReport joined = queue.backUp(BackupTrigger.manual("late"));

        assertThat(joined).isSameAs(exit.await(Deadline.after(RunFixture.TIMEOUT)));
        assertThat(fixture.reports).hasSize(1);
    }

    @Test
    void acceptsNoExclusiveRunAndNoHandoffOnceTheExitHasBegun() {
        exit();

        assertThatThrownBy(() -> queue.exclusively("The restore of 1", turn -> true))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("The restore of 1 is not possible, nothing has changed: the exit has begun");
        assertThatThrownBy(() -> queue.handOver(SavePermit.UNCONDITIONAL)).isInstanceOf(BackupException.class);
    }

    @Test
    void theExitClosesTheGateBeforeItsSnapshot() throws Exception {
        exit().await(Deadline.after(RunFixture.TIMEOUT));

        assertThat(fixture.gate.isOpen()).isFalse();
    }

    @Test
    void aHandoffCancelsTheRunUnderWayAndWaitsForItsEnd() throws Exception {
        Blocker blocker = new Blocker();
        FutureTask<BackupReport> handoff = inBackground(() -> queue.handOver(SavePermit.UNCONDITIONAL));
        blocker.cancelled.await();
        assertThat(sink.bytes).isEmpty();

        blocker.end();

        assertThat(handoff.get().isStored()).isTrue();
    }

    @Test
    void passesOnTheFailureOfAnExclusiveRunAndGoesOn() {
        assertThatThrownBy(() -> queue.exclusively("The job", turn -> {
                    throw new IOException("disk full");
                }))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("The job failed: disk full");

        assertThat(queue.backUp(BackupTrigger.manual("next")).isStored()).isTrue();
    }

    @Test
    void savesNothingWithoutAPermit() throws Exception {
        AtomicBoolean asked = new AtomicBoolean();

        BackupReport report = queue.exit(ShutdownReason.SIGTERM, Deadline.after(RunFixture.TIMEOUT), share -> {
                    asked.set(true);
                    return Optional.empty();
                })
                .await(Deadline.after(RunFixture.TIMEOUT));

        assertThat(asked).isTrue();
        assertThat(report.id()).isEmpty();
        assertThat(sink.bytes).isEmpty();
    }

    /** A platform that gives two seconds in all must not wait five for a permit. */
    @Test
    void givesThePermitAShareOfTheTimeThatIsLeft() throws Exception {
        AtomicReference<Duration> share = new AtomicReference<>();

        queue.exit(ShutdownReason.SIGTERM, Deadline.after(Duration.ofSeconds(2)), deadline -> {
                    share.set(deadline.remaining());
                    return Optional.empty();
                })
                .await(Deadline.after(RunFixture.TIMEOUT));

        assertThat(share.get()).isPositive().isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    private Task<BackupReport> exit() {
        return queue.exit(
                ShutdownReason.SIGTERM,
                Deadline.after(RunFixture.TIMEOUT),
                share -> Optional.of(SavePermit.UNCONDITIONAL));
    }
}
