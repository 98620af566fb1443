package io.gracefulbackup.testkit.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what only another process can tell, by asking again and again. */
public final class Poll {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Poll() {}

    /**
     * Waits until a condition holds.
     *
     * @param condition is asked by the calling thread, every two milliseconds
     * @param limit how long to wait
     * @param awaited says in the failure what was waited for
     * @throws AssertionError if the condition does not hold within the limit
     */
    public static void until(BooleanSupplier condition, Duration limit, Supplier<String> awaited) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Not within " + limit + ": " + awaited.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
