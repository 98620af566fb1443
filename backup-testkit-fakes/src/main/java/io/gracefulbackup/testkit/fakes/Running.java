package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether a fake still runs. What waits, waits here, so that closing a fake ends every silence at once. */
final class Running {
    private final CountDownLatch ended = new CountDownLatch(1);

    void end() {
        ended.countDown();
    }

    /**
     * Waits.
     *
     * @throws IOException if the fake was closed meanwhile
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
