package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.support.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
            this(queue);
        }

        Blocker(RunQueue in) throws InterruptedException {
            result = inBackground(() -> in.exclusively("The blocker", turn -> {
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

    /** Idle work that is under way until it is cancelled. */
    private final class IdleWork {
        final CountDownLatch cancelled = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        private final CountDownLatch started = new CountDownLatch(1);
        final FutureTask<Boolean> result = inBackground(() -> queue.idly(turn -> {
            Deadline.Registration registration = turn.deadline().onExpiry(cancelled::countDown);
            started.countDown();
            mayEnd.await();
            registration.close();
            return true;
        }));

        IdleWork() throws InterruptedException {
            started.await();
        }

        /** Whoever cancels it must not wait for its end. */
        void assertCancelled() throws Exception {
            cancelled.await();
            mayEnd.countDown();
            assertThat(result.get()).isTrue();
        }
    }

    @Test
    void idleWorkIsDoneIfNothingElseRuns() throws Exception {
        AtomicBoolean isInTime = new AtomicBoolean();

        assertThat(queue.idly(turn -> isInTime.getAndSet(!turn.deadline().isExpired())))
                .isTrue();

        assertThat(isInTime).isTrue();
        assertThat(queue.idly(turn -> true)).isTrue();
    }

    @Test
    void idleWorkIsNotBegunWhileAnotherRunIsUnderWay() throws Exception {
        Blocker blocker = new Blocker();
        AtomicBoolean ran = new AtomicBoolean();

        assertThat(queue.idly(turn -> ran.getAndSet(true))).isFalse();

        blocker.end();
        assertThat(ran).isFalse();
    }

    @Test
    void idleWorkIsNotBegunTwiceAtATime() throws Exception {
        IdleWork work = new IdleWork();

        assertThat(queue.idly(turn -> true)).isFalse();

        work.mayEnd.countDown();
        assertThat(work.result.get()).isTrue();
    }

    @Test
    void aBackupCancelsIdleWorkAndDoesNotWaitForIt() throws Exception {
        IdleWork work = new IdleWork();

        assertThat(queue.backUp(BackupTrigger.checkpoint()).isStored()).isTrue();

        work.assertCancelled();
    }

    @Test
    void aRestoreCancelsIdleWorkAndDoesNotWaitForIt() throws Exception {
        IdleWork work = new IdleWork();

        boolean isDone = queue.exclusively("The restore of 1", turn -> true);

        assertThat(isDone).isTrue();
        work.assertCancelled();
    }

    @Test
    void aHandoffCancelsIdleWorkAndDoesNotWaitForIt() throws Exception {
        IdleWork work = new IdleWork();

        assertThat(queue.handOver(SavePermit.UNCONDITIONAL).isStored()).isTrue();

        work.assertCancelled();
    }

    @Test
    void theExitCancelsIdleWorkAndDoesNotWaitForIt() throws Exception {
        IdleWork work = new IdleWork();

        assertThat(exit().await(Deadline.after(RunFixture.TIMEOUT)).isStored()).isTrue();

        work.assertCancelled();
        assertThat(queue.idly(turn -> true)).isFalse();
    }

    @Test
    void idleWorkThatFailsTellsItsCallerAndDoesNotBlockTheNext() throws Exception {
        assertThatThrownBy(() -> queue.idly(turn -> {
                    throw new IOException("rehearsal failed");
                }))
                .hasMessage("rehearsal failed");

        assertThat(queue.idly(turn -> true)).isTrue();
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** A caller in a thread of its own, once it waits for its run. */
    private static final class Caller<T> {
        final FutureTask<T> result;
        final Thread thread;

        Caller(Callable<T> call) {
            result = new FutureTask<>(call);
            thread = new Thread(result);
            thread.setDaemon(true);
            thread.start();
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
    }

    private FutureTask<BackupReport> waitingTrigger(BackupTrigger trigger) {
        return new Caller<>(() -> queue.backUp(trigger)).result;
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

    /** A queue whose callers give up soon. */
    private final class Impatient {
        final RunFixture fixture = new RunFixture(sink).with(Duration.ofMillis(300));
        final RunQueue queue = new RunQueue(fixture.components());
        final Blocker blocker = new Blocker(queue);

        Impatient() throws InterruptedException {}
    }

    @Test
    void aHandoffThatItsCallerGaveUpDoesNotSealTheGate() throws Exception {
        Impatient impatient = new Impatient();

        assertThatThrownBy(() -> impatient.queue.handOver(SavePermit.UNCONDITIONAL))
                .isInstanceOf(BackupException.class)
                .hasMessage("The handoff's backup did not end in time: it had not begun, and will not");
        impatient.blocker.end();
        impatient.queue.exclusively("The next run", turn -> true);

        assertThat(impatient.fixture.gate.isOpen()).isTrue();
        assertThat(impatient.fixture.reports).isEmpty();
    }

    @Test
    void anExclusiveRunWaitsForItsTurnAsLongAsABackupOnly() throws Exception {
        Impatient impatient = new Impatient();
        AtomicBoolean ran = new AtomicBoolean();

        assertThatThrownBy(() -> impatient.queue.exclusively("The restore of 1", turn -> ran.getAndSet(true)))
                .isInstanceOf(BackupException.class)
                .hasMessage("The restore of 1 did not end in time: it had not begun, and will not");
        impatient.blocker.end();
        impatient.queue.exclusively("The next run", turn -> true);

        assertThat(ran).isFalse();
    }

    @Test
    void aBackupThatItsCallerGaveUpDoesNotBegin() throws Exception {
        Impatient impatient = new Impatient();

        assertThatThrownBy(() -> impatient.queue.backUp(BackupTrigger.manual("given up")))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("will not");
        impatient.blocker.end();

        assertThat(impatient.queue.backUp(BackupTrigger.manual("next")).name()).isEqualTo("next");
        assertThat(impatient.fixture.reports).hasSize(1);
    }

    @Test
    void aBackupBeginsAsLongAsOneOfItsCallersWaits() throws Exception {
        Blocker blocker = new Blocker();
        Caller<BackupReport> first = new Caller<>(() -> queue.backUp(BackupTrigger.manual("joined")));
        Caller<BackupReport> second = new Caller<>(() -> queue.backUp(BackupTrigger.manual("second")));

        first.thread.interrupt();

        assertThatThrownBy(first.result::get).cause().hasMessage("Interrupted while waiting. The backup goes on");
        blocker.end();
        assertThat(second.result.get().name()).isEqualTo("joined");
    }

    @Test
    void aBackupThatAllItsCallersGaveUpIsNotJoined() throws Exception {
        Blocker blocker = new Blocker();
        Caller<BackupReport> first = new Caller<>(() -> queue.backUp(BackupTrigger.manual("first")));
        Caller<BackupReport> second = new Caller<>(() -> queue.backUp(BackupTrigger.manual("second")));
        first.thread.interrupt();
        second.thread.interrupt();
        assertThatThrownBy(first.result::get).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(second.result::get).isInstanceOf(ExecutionException.class);

        Caller<BackupReport> third = new Caller<>(() -> queue.backUp(BackupTrigger.manual("third")));
        blocker.end();

        assertThat(third.result.get().name()).isEqualTo("third");
        assertThat(fixture.reports).hasSize(1);
    }

    @Test
    void aBackupThatHasBegunIsFinishedWithoutItsCaller() throws Exception {
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
        Caller<BackupReport> caller = new Caller<>(() -> queue.backUp(BackupTrigger.manual("begun")));
        storing.await();

        caller.thread.interrupt();
        assertThatThrownBy(caller.result::get).cause().hasMessageContaining("goes on");
        mayStore.countDown();
        queue.exclusively("The next run", turn -> true);

        assertThat(fixture.reports).singleElement().matches(BackupReport::isStored);
    }

    @Test
    void anExclusiveRunIsCancelledWithItsCaller() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicBoolean hasChanged = new AtomicBoolean();
        Caller<Boolean> caller = new Caller<>(() -> queue.exclusively("The restore of 1", turn -> {
            begun.countDown();
            turn.deadline().onExpiry(cancelled::countDown);
            cancelled.await();
            hasChanged.set(turn.commit());
            return true;
        }));
        begun.await();

        caller.thread.interrupt();

        assertThatThrownBy(caller.result::get)
                .cause()
                .hasMessage("Interrupted while waiting. The restore of 1 is cancelled, and changes nothing");
        queue.exclusively("The next run", turn -> true);
        assertThat(hasChanged).isFalse();
    }

    @Test
    void aCommittedRunGoesOnWithoutItsCallerAndItsFailureIsLogged() throws Exception {
        CountDownLatch committed = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Caller<Boolean> caller = new Caller<>(() -> queue.exclusively("The restore of 1", turn -> {
            assertThat(turn.commit()).isTrue();
            committed.countDown();
            goOn.await();
            assertThat(turn.deadline().isExpired()).isFalse();
            throw new IOException("half of it");
        }));
        committed.await();

        caller.thread.interrupt();
        assertThatThrownBy(caller.result::get)
                .cause()
                .hasMessage("Interrupted while waiting. The restore of 1 goes on");
        goOn.countDown();

        assertThat(fixture.lines.poll(20, TimeUnit.SECONDS)).isEqualTo("❌ The restore of 1 failed: half of it");
    }

    @Test
    void aRunThatIsOverdueDoesNotHoldUpTheNext() throws Exception {
        RunFixture hanging = new RunFixture(sink).with(Duration.ofMillis(300));
        CountDownLatch never = new CountDownLatch(1);
        hanging.listener = report -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        RunQueue itsQueue = new RunQueue(hanging.components());
        FutureTask<BackupReport> first = inBackground(() -> itsQueue.backUp(BackupTrigger.manual("overdue")));
        while (sink.bytes.isEmpty()) {
            Thread.onSpinWait();
        }

        FutureTask<Boolean> next = inBackground(() -> {
            while (true) {
                try {
                    return itsQueue.exclusively("The next run", turn -> true);
                } catch (BackupException givenUp) {
                    assertThat(givenUp).hasMessageContaining("did not end in time");
                }
            }
        });

        assertThat(next.get()).isTrue();
        assertThatThrownBy(first::get).isInstanceOf(ExecutionException.class);
    }

    @Test
    void aQueuedExclusiveRunIsRefusedOnceTheExitHasBegun() throws Exception {
        Blocker blocker = new Blocker();
        Caller<Boolean> queued = new Caller<>(() -> queue.exclusively("The restore of 1", turn -> true));

        exit().await(Deadline.after(RunFixture.TIMEOUT));
        blocker.end();

        assertThatThrownBy(queued.result::get)
                .cause()
                .hasMessage("The restore of 1 is not possible, nothing has changed: the exit has begun");
    }

    @Test
    void cancelsWhatRunsAndWithdrawsWhatWaits() throws Exception {
        Blocker blocker = new Blocker();
        Caller<BackupReport> queued = new Caller<>(() -> queue.backUp(BackupTrigger.manual("queued")));

        queue.cancelAll();

        blocker.cancelled.await();
        assertThatThrownBy(queued.result::get).cause().hasMessage("The backup had not begun, and will not");
        blocker.end();
        assertThat(fixture.reports).isEmpty();
    }

    @Test
    void aDrainStepThatMakesABackupIsRefusedAtOnce() throws Exception {
        BlockingQueue<Throwable> refused = new LinkedBlockingQueue<>();
        AtomicReference<RunQueue> itsQueue = new AtomicReference<>();
        RunFixture draining = new RunFixture(sink)
                .with(
                        "http",
                        deadline -> refused.add(
                                catchThrowable(() -> itsQueue.get().backUp(BackupTrigger.manual("in a step")))));
        itsQueue.set(new RunQueue(draining.components()));

        Task<BackupReport> exit = itsQueue.get()
                .exit(
                        ShutdownReason.SIGTERM,
                        Deadline.after(RunFixture.TIMEOUT),
                        within -> Optional.of(SavePermit.UNCONDITIONAL));
        BackupReport report = exit.await(Deadline.after(RunFixture.TIMEOUT));

        assertThat(refused)
                .singleElement()
                .isInstanceOf(BackupException.class)
                .asString()
                .contains("A drain step cannot make a backup");
        assertThat(report.isStored()).isTrue();
        assertThat(report.took()).isLessThan(RunFixture.TIMEOUT.dividedBy(2));
    }
}
