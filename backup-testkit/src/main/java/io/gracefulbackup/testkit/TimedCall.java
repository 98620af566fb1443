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
 * One call of a sink on a daemon thread of its own. The thread is interrupted when the deadline expires, as the library does.
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

    /** The same, on a thread that is already interrupted. */
    static <T> TimedCall<T> startInterrupted(String what, Deadline deadline, Callable<T> call) {
        return new TimedCall<>(what, call, deadline, true);
    }

    /** The result, or empty if the call threw an {@code IOException}. Fails if it threw something else or has not ended. */
    Optional<T> endsWithin(Duration limit) throws InterruptedException {
        try {
            return Optional.of(await(limit));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).as("what %s throws", what).isInstanceOf(IOException.class);
            return Optional.empty();
        }
    }

    /** Fails unless the call throws an {@code IOException} within the limit. */
    void failsWithin(Duration limit) throws InterruptedException {
        endsWithin(limit).ifPresent(result -> fail("%s must throw an IOException, but returned %s", what, result));
    }

    /** The result. Fails if the call threw anything or has not ended within the limit. */
    T succeedsWithin(Duration limit) throws InterruptedException {
        try {
            return await(limit);
        } catch (ExecutionException e) {
            throw new AssertionError(what + " failed", e.getCause());
        }
    }

    private T await(Duration limit) throws InterruptedException, ExecutionException {
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            AssertionError timedOut =
                    new AssertionError(what + " did not end within " + limit + "; its thread is here:");
            timedOut.setStackTrace(thread.getStackTrace());
            throw timedOut;
        }
    }
}
