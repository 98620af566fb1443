package io.gracefulbackup.internal.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.Deadline;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TaskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch go = new CountDownLatch(1);

    private <T> Task<T> start(Callable<T> work) {
        return Task.start("test", ClassLoader.getSystemClassLoader(), work);
    }

    @Test
    void ignoresInterruptsFromOtherThreads() throws Exception {
        Task<Boolean> task = start(() -> {
            go.await();
            return Thread.currentThread().isInterrupted();
        });

        task.thread().interrupt();
        go.countDown();

        assertThat(task.await(Deadline.after(PATIENCE))).isFalse();
    }

    @Test
    void isInterruptedWhenItIsAbandoned() {
        Task<Boolean> task = start(() -> go.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));

        task.abandon();

        assertThatThrownBy(() -> task.await(Deadline.after(PATIENCE)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void isInterruptedWhenItsDeadlineExpires() throws InterruptedException {
        Deadline.Controller time = Deadline.controlled(PATIENCE);
        Task<Boolean> task = start(() -> {
            Deadline.Registration wakeUp = time.deadline().onExpiry(Task.interruptingCaller());
            try {
                go.countDown();
                return new CountDownLatch(1).await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } finally {
                wakeUp.close();
            }
        });

        go.await();
        time.expire();

        assertThatThrownBy(() -> task.await(Deadline.after(PATIENCE))).hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void canInterruptItself() throws Exception {
        Task<Boolean> task = start(() -> {
            Thread.currentThread().interrupt();
            return Thread.currentThread().isInterrupted();
        });

        assertThat(task.await(Deadline.after(PATIENCE))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsWaiterWakesWhenTheDeadlineIsEndedEarly(boolean isEndedThroughItsParent) throws Exception {
        Deadline.Controller time = Deadline.controlled(Duration.ofHours(1));
        Deadline deadline = isEndedThroughItsParent ? time.deadline().atMost(Duration.ofMinutes(30)) : time.deadline();
        Task<Boolean> endless = start(() -> go.await(1, TimeUnit.HOURS));
        FutureTask<Throwable> waiting = new FutureTask<>(() -> catchThrowable(() -> endless.await(deadline)));
        Thread waiter = new Thread(waiting);
        waiter.setDaemon(true);
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        time.expire();

        assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(endless.isDone()).isFalse();
        go.countDown();
    }

    @Test
    void givesUpAtTheDeadlineAndTheWorkGoesOn() throws Exception {
        Task<Boolean> slow = start(() -> go.await(1, TimeUnit.HOURS));

        assertThatThrownBy(() -> slow.await(Deadline.after(Duration.ofMillis(20))))
                .isInstanceOf(TimeoutException.class);

        go.countDown();
        assertThat(slow.await(Deadline.after(PATIENCE))).isTrue();
    }

    @Test
    void aResultThatIsThereIsReturnedEvenAfterTheDeadline() throws Exception {
        Task<String> task = start(() -> "result");
        task.await(Deadline.after(PATIENCE));

        assertThat(task.await(Deadline.after(Duration.ZERO))).isEqualTo("result");
    }
}
