package io.gracefulbackup.it;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition of another process by checking it repeatedly. */
final class Polling {
    private static final long PAUSE_MILLIS = 20;

    private Polling() {}

    /** Waits until the condition holds; fails at the limit. */
    static void until(BooleanSupplier condition, Duration limit, Supplier<String> awaited) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Not within " + limit + ": " + awaited.get());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
