package io.gracefulbackup.it;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what only another process can tell, by asking it. */
final class Polling {
    private static final long PAUSE = 20;

    private Polling() {}

    /** Until the condition holds; fails when the time is over. */
    static void until(BooleanSupplier condition, Duration patience, Supplier<String> awaited) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Not within " + patience + ": " + awaited.get());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
