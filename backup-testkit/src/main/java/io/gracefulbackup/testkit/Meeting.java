package io.gracefulbackup.testkit;

import io.gracefulbackup.spi.SealedBackup;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets several stores be in the middle at the same time: who begins to read waits for the others, but not for long, since a
 * sink may let its writers take turns.
 */
final class Meeting {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final CountDownLatch open;

    Meeting(int participants) {
        open = new CountDownLatch(participants);
    }

    /** The same backup; whoever begins to read it comes to the meeting. */
    SealedBackup of(SealedBackup backup) {
        return ForwardingBackup.withStreams(backup, in -> {
            come();
            return in;
        });
    }

    private void come() {
        open.countDown();
        try {
            boolean allCame = open.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            while (!allCame && open.getCount() > 0) {
                open.countDown(); // Nobody waits a second time.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
