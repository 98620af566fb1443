package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WriteGateTest {
    private static final Deadline LONG = Deadline.after(Duration.ofMinutes(1));

    private final WriteGate gate = WriteGate.open();

    @Test
    void returnsWhatTheActionReturns() {
        assertThat(gate.<Integer, RuntimeException>pass(() -> 42)).isEqualTo(42);
    }

    @Test
    void passesOnWhatTheActionThrows() {
        assertThatThrownBy(() -> gate.pass(() -> {
                    throw new IOException("disk");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk");
    }

    @Test
    void refusesAChangeAfterItWasClosed() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        gate.close(LONG);
        assertThatThrownBy(() -> gate.pass(runs::incrementAndGet)).isInstanceOf(NotAcknowledgedException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void waitsForAChangeThatIsUnderWayAndAcknowledgesIt() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FutureTask<String> change = start(() -> gate.pass(() -> {
            inside.countDown();
            goOn.await();
            return "done";
        }));
        inside.await();
        FutureTask<Integer> closing = new FutureTask<>(() -> gate.close(LONG));
        Thread closer = new Thread(closing);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(closing.isDone()).isFalse();
        goOn.countDown();
        assertThat(change.get()).isEqualTo("done");
        assertThat(closing.get()).isZero();
    }

    @Test
    void doesNotAcknowledgeAChangeThatEndsAfterTheWait() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FutureTask<String> change = start(() -> gate.pass(() -> {
            inside.countDown();
            goOn.await();
            return "done";
        }));
        inside.await();
        assertThat(gate.close(Deadline.after(Duration.ofMillis(20)))).isEqualTo(1);
        goOn.countDown();
        assertThatThrownBy(change::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotAcknowledgedException.class);
    }

    @Test
    void everyAcknowledgedChangeHasEndedWhenTheGateIsClosed() throws Exception {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger acknowledged = new AtomicInteger();
        List<FutureTask<Void>> writers = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            writers.add(start(() -> {
                running.countDown();
                try {
                    while (true) {
                        gate.pass(made::incrementAndGet);
                        acknowledged.incrementAndGet();
                    }
                } catch (NotAcknowledgedException closed) {
                    return null;
                }
            }));
        }
        running.await();
        while (made.get() < 10_000) {
            Thread.onSpinWait();
        }
        gate.close(LONG);
        int inSnapshot = made.get();
        for (FutureTask<Void> writer : writers) {
            writer.get(10, TimeUnit.SECONDS);
        }
        assertThat(acknowledged.get()).isLessThanOrEqualTo(inSnapshot);
        assertThat(made.get()).isEqualTo(inSnapshot);
    }

    @Test
    void refusesChangesBeforeItIsOpened() throws Exception {
        WriteGate timed = WriteGate.timed(() -> at(0, 0));

        assertThat(timed.awaitOpen(Deadline.after(Duration.ZERO))).isFalse();
        assertThatThrownBy(() -> timed.pass(() -> 1)).isInstanceOf(NotAcknowledgedException.class);
        timed.open(upTo(10));
        assertThat(timed.<Integer, RuntimeException>pass(() -> 1)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"10,9", "9,10", "10,10"})
    void doesNotAcknowledgeAChangeThatEndsAfterItsTime(long millis, long wallMillis) {
        AtomicReference<ProcessTime> now = new AtomicReference<>(at(0, 0));
        WriteGate timed = WriteGate.timed(now::get);
        timed.open(upTo(10));

        assertThatThrownBy(() -> timed.pass(() -> {
                    now.set(at(millis, wallMillis));
                    return 1;
                }))
                .isInstanceOf(NotAcknowledgedException.class);
        assertThatThrownBy(() -> timed.pass(() -> 1)).isInstanceOf(NotAcknowledgedException.class);
    }

    @Test
    void acknowledgesAChangeThatEndsWithinALaterRenewal() {
        AtomicReference<ProcessTime> now = new AtomicReference<>(at(0, 0));
        WriteGate timed = WriteGate.timed(now::get);
        timed.open(upTo(10));

        assertThat(timed.<Integer, RuntimeException>pass(() -> {
                    timed.open(upTo(30));
                    now.set(at(20, 20));
                    return 1;
                }))
                .isEqualTo(1);
    }

    /** Between the two the state may have been another instance's. */
    @Test
    void doesNotAcknowledgeAChangeFromBeforeTheGateWasShutAndOpenedAgain() {
        WriteGate timed = WriteGate.timed(() -> at(0, 0));
        timed.open(upTo(10));

        assertThatThrownBy(() -> timed.pass(() -> {
                    timed.shut();
                    timed.open(upTo(20));
                    return 1;
                }))
                .isInstanceOf(NotAcknowledgedException.class);
        assertThat(timed.<Integer, RuntimeException>pass(() -> 1)).isEqualTo(1);
    }

    @Test
    void isNeverOpenedAgainOnceItIsClosed() throws Exception {
        WriteGate timed = WriteGate.timed(() -> at(0, 0));
        timed.open(upTo(10));
        timed.close(LONG);
        timed.open(upTo(20));

        assertThat(timed.isOpen()).isFalse();
        assertThatThrownBy(() -> timed.pass(() -> 1)).isInstanceOf(NotAcknowledgedException.class);
    }

    /** After this step back of the wall clock nobody can tell how long the machine sleeps. */
    @Test
    void doesNotAcknowledgeAChangeThatEndsAfterTheWallClockWasSetBack() {
        AtomicReference<ProcessTime> now = new AtomicReference<>(at(0, 0));
        WriteGate timed = WriteGate.timed(now::get);
        timed.open(upTo(10));

        assertThatThrownBy(() -> timed.pass(() -> {
                    now.set(at(5, 2));
                    return 1;
                }))
                .isInstanceOf(NotAcknowledgedException.class);
    }

    @Test
    void acknowledgesAChangeAfterAStepBackWithinTheTolerance() {
        AtomicReference<ProcessTime> now = new AtomicReference<>(at(0, 0));
        WriteGate timed = WriteGate.timed(now::get);
        timed.open(upTo(10));

        assertThat(timed.<Integer, RuntimeException>pass(() -> {
                    now.set(at(5, 3));
                    return 1;
                }))
                .isEqualTo(1);
    }

    @Test
    void refusesChangesOnceTheWallClockWasSetBackEvenIfItIsSetForwardAgain() {
        AtomicReference<ProcessTime> now = new AtomicReference<>(at(0, 0));
        WriteGate timed = WriteGate.timed(now::get);
        timed.open(upTo(10));
        now.set(at(1, -5));
        assertThat(timed.isOpen()).isFalse();
        now.set(at(2, 2));

        assertThat(timed.isOpen()).isFalse();
        assertThatThrownBy(() -> timed.pass(() -> 1)).isInstanceOf(NotAcknowledgedException.class);
        timed.open(new ClockInterval(at(2, 2), at(12, 12), Duration.ofMillis(2)));
        assertThat(timed.<Integer, RuntimeException>pass(() -> 1)).isEqualTo(1);
    }

    @Test
    void doesNotAcknowledgeAChangeUnderWayWhenTheGateWasShutBecauseOfAStepBack() {
        AtomicReference<ProcessTime> now = new AtomicReference<>(at(0, 0));
        WriteGate timed = WriteGate.timed(now::get);
        timed.open(upTo(10));

        assertThatThrownBy(() -> timed.pass(() -> {
                    now.set(at(1, -5));
                    timed.shut();
                    // The machine has slept, so that both clocks say that the time is not over.
                    now.set(at(1, 1));
                    return 1;
                }))
                .isInstanceOf(NotAcknowledgedException.class);
    }

    @Test
    void acknowledgesAChangeUnderWayWhenTheGateIsShutForAHandoff() {
        WriteGate timed = WriteGate.timed(() -> at(0, 0));
        timed.open(upTo(10));

        assertThat(timed.<Integer, RuntimeException>pass(() -> {
                    timed.shut();
                    return 1;
                }))
                .isEqualTo(1);
    }

    private static ProcessTime at(long millis, long wallMillis) {
        return new ProcessTime(millis * 1_000_000, wallMillis);
    }

    private static ClockInterval upTo(long millis) {
        return new ClockInterval(at(0, 0), at(millis, millis), Duration.ofMillis(2));
    }

    private static <T> FutureTask<T> start(java.util.concurrent.Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000, 40_000_000_000L})
    void waitsForeverIfSoAsked(long seconds) throws Exception {
        WriteGate timed = WriteGate.timed(ProcessTime::now);
        FutureTask<Boolean> waiting = start(() -> timed.awaitOpen(Deadline.after(Duration.ofSeconds(seconds))));

        timed.open(ClockInterval.of(ProcessTime.now(), Duration.ofMinutes(1), Duration.ofSeconds(1)));

        assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitsNoLongerThanADeadlineThatIsEndedEarly() throws Exception {
        WriteGate timed = WriteGate.timed(ProcessTime::now);
        Deadline.Controller time = Deadline.controlled(Duration.ofHours(1));
        FutureTask<Boolean> waiting = new FutureTask<>(() -> timed.awaitOpen(time.deadline()));
        Thread waiter = new Thread(waiting);
        waiter.setDaemon(true);
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        time.expire();

        assertThat(waiting.get(20, TimeUnit.SECONDS)).isFalse();
    }
}
