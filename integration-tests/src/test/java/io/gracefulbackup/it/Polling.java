package io.gracefulbackup.it;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what only another process can tell, by asking it. */
final class Polling {
    private static final long PAUSE_MILLIS = 20;

    private Polling() {}

    /** Until the condition holds; fails when the time is over. */
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
