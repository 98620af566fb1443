package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether a fake still runs. Faults that wait do so here, so that closing the fake ends them at once. */
final class Lifetime {
    private final CountDownLatch ended = new CountDownLatch(1);

    void end() {
        ended.countDown();
    }

    /**
     * Waits for a time.
     *
     * @throws IOException if the fake is closed before that
     */
    void pause(Duration time) throws IOException {
        try {
            if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("The fake was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The fake was interrupted", e);
        }
    }
}
