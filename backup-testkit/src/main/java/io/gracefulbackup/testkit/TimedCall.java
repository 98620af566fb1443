package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One call of a sink on a daemon thread of its own, which is interrupted when its deadline expires: as the library does it.
 *
 * @param <T> what the call returns
 */
final class TimedCall<T> {
    private final String what;
    private final FutureTask<T> task;
    private final Thread thread;

    private TimedCall(String what, Callable<T> call, Deadline deadline, boolean interrupted) {
        this.what = what;
        task = new FutureTask<>(() -> {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            Deadline.Registration wakeUp = deadline.onExpiry(Thread.currentThread()::interrupt);
            try {
                return call.call();
            } finally {
                wakeUp.close();
            }
        });
        thread = new Thread(task, "contract-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    static <T> TimedCall<T> start(String what, Deadline deadline, Callable<T> call) {
        return new TimedCall<>(what, call, deadline, false);
    }

    /** On a thread that somebody has interrupted before. */
    static <T> TimedCall<T> startInterrupted(String what, Deadline deadline, Callable<T> call) {
        return new TimedCall<>(what, call, deadline, true);
    }

    /** What it returned; empty if it threw an {@code IOException}. Anything else breaks the contract. */
    Optional<T> endsWithin(Duration limit) throws InterruptedException {
        try {
            return Optional.of(await(limit));
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).as("what %s throws", what).isInstanceOf(IOException.class);
            return Optional.empty();
        }
    }

    /** It must throw an {@code IOException}. */
    void failsWithin(Duration limit) throws InterruptedException {
        endsWithin(limit).ifPresent(result -> fail("%s must throw an IOException, but returned %s", what, result));
    }

    /** It must not fail. */
    T succeedsWithin(Duration limit) throws InterruptedException {
        try {
            return await(limit);
        } catch (ExecutionException failed) {
            throw new AssertionError(what + " failed", failed.getCause());
        }
    }

    private T await(Duration limit) throws InterruptedException, ExecutionException {
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            AssertionError hangs = new AssertionError(what + " did not end within " + limit + "; it is here:");
            hangs.setStackTrace(thread.getStackTrace());
            throw hangs;
        }
    }
}
