package io.gracefulbackup.internal.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
}
