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
 * The pauses between tries: as long as the service asks for, else longer and longer, with jitter, so that many instances do
 * not come back at the same moment. Ends with the deadline. For one thread.
 */
public final class Retry {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Deadline deadline;
    private final long begun = System.nanoTime();
    private int tries;

    /** Begins the first try. */
    public Retry(Deadline deadline) {
        this.deadline = deadline;
    }

    /**
     * Waits for the next try.
     *
     * @param told how long the service asks to wait, or null
     * @param failure what went wrong with this try, for the operator
     * @throws IOException with the failure, if there is no time for another try
     */
    public void pause(@Nullable Duration told, String failure) throws IOException {
        tries++;
        Duration wait = backoff(tries, ThreadLocalRandom.current().nextDouble());
        if (told != null && told.compareTo(wait) > 0) {
            wait = told;
        }
        Duration left = deadline.remaining();
        if (wait.compareTo(left) >= 0) {
            throw gaveUp(failure + (wait.equals(told) ? "; it asks to wait " + seconds(wait) : ""), left);
        }
        CountDownLatch over = new CountDownLatch(1);
        Deadline.Registration alarm = deadline.onExpiry(over::countDown);
        try {
            if (over.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw gaveUp(failure, Duration.ZERO);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException(failure + "; interrupted while waiting for the next try").initCause(e);
        } finally {
            alarm.close();
        }
    }

    /** The pause after so many tries; {@code random} lies between 0 and 1. */
    static Duration backoff(int tries, double random) {
        long full = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(tries - 1, 10));
        return Duration.ofMillis((long) (full * (0.5 + random / 2)));
    }

    private IOException gaveUp(String failure, Duration left) {
        return new IOException(failure + "; given up after " + tries + (tries == 1 ? " try" : " tries") + " in "
                + seconds(Duration.ofNanos(System.nanoTime() - begun)) + " with " + seconds(left) + " left");
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
