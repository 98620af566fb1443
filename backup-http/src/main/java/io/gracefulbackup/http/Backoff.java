package io.gracefulbackup.http;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The delays between the attempts of one operation. They grow exponentially, with jitter so that many instances do not
 * retry at the same moment, and are never shorter than the service asks for. No attempt starts after the deadline. For
 * one thread.
 */
public final class Backoff {
    private static final Duration INITIAL_DELAY = Duration.ofMillis(200);
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);

    private final Deadline deadline;
    private final long startNanos = System.nanoTime();
    private int attempts;

    /** Starts counting attempts and time, with the first attempt. */
    public Backoff(Deadline deadline) {
        this.deadline = deadline;
    }

    /**
     * Waits until the next attempt may start.
     *
     * @param retryAfter how long the service asks to wait, or null
     * @param failure the failure of the current attempt, for the operator
     * @throws IOException with the failure, if the deadline leaves no time for another attempt
     * @throws InterruptedIOException with the failure, if this thread is interrupted
     */
    public void pause(@Nullable Duration retryAfter, String failure) throws IOException {
        attempts++;
        Duration delay = delay(attempts, ThreadLocalRandom.current().nextDouble());
        if (retryAfter != null && retryAfter.compareTo(delay) > 0) {
            delay = retryAfter;
        }
        Duration remaining = deadline.remaining();
        if (delay.compareTo(remaining) >= 0) {
            throw exhausted(
                    failure + (delay.equals(retryAfter) ? "; it asks to wait " + seconds(delay) : ""), remaining);
        }
        CountDownLatch expired = new CountDownLatch(1);
        Deadline.Registration registration = deadline.onExpiry(expired::countDown);
        try {
            if (expired.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
                throw exhausted(failure, Duration.ZERO);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException(failure + "; interrupted while waiting for the next try").initCause(e);
        } finally {
            registration.close();
        }
    }

    /**
     * The delay after a number of attempts.
     *
     * @param random from 0 to 1; spreads the delay over the upper half of its range
     */
    static Duration delay(int attempts, double random) {
        long max = Math.min(MAX_DELAY.toMillis(), INITIAL_DELAY.toMillis() << Math.min(attempts - 1, 10));
        return Duration.ofMillis((long) (max * (0.5 + random / 2)));
    }

    private IOException exhausted(String failure, Duration remaining) {
        return new IOException(failure + "; given up after " + attempts + (attempts == 1 ? " try" : " tries") + " in "
                + seconds(Duration.ofNanos(System.nanoTime() - startNanos)) + " with " + seconds(remaining) + " left");
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
