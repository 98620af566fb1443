package io.gracefulbackup.testkit;

import io.gracefulbackup.spi.SealedBackup;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets several stores overlap: each reader waits, before its first byte, until all have arrived. It waits one second at the
 * most, since a sink may store one backup after the other.
 */
final class StreamBarrier {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final CountDownLatch open;

    StreamBarrier(int participants) {
        open = new CountDownLatch(participants);
    }

    /** The same backup, whose streams wait at this barrier before they are read. */
    SealedBackup wrap(SealedBackup backup) {
        return ForwardingBackup.withStreams(backup, in -> {
            arrive();
            return in;
        });
    }

    private void arrive() {
        open.countDown();
        try {
            boolean allArrived = open.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            while (!allArrived && open.getCount() > 0) {
                open.countDown(); // Later arrivals do not wait any more.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
