package io.gracefulbackup.internal.engine;

import io.gracefulbackup.spi.Deadline;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;

/**
 * Finds out who holds the lock that a thread waits for, shortly before the wait is given up. The JVM knows for locks with
 * an exclusive owner.
 */
final class LockHolder {
    private static final Duration EARLY = Duration.ofMillis(100);

    private volatile String description = "its holder is not known";

    private LockHolder() {}

    static LockHolder watch(Thread waiting, Deadline patience) {
        LockHolder holder = new LockHolder();
        Deadline look = patience.atMost(patience.remaining().minus(EARLY));
        look.onExpiry(() -> holder.look(waiting));
        return holder;
    }

    String describe() {
        return description;
    }

    private void look(Thread waiting) {
        try {
            var threads = ManagementFactory.getThreadMXBean();
            ThreadInfo waiter = threads.getThreadInfo(waiting.getId());
            if (waiter == null || waiter.getLockOwnerId() < 0) {
                return;
            }
            ThreadInfo owner = threads.getThreadInfo(waiter.getLockOwnerId(), Integer.MAX_VALUE);
            if (owner != null) {
                description = "it is held by the thread \"" + owner.getThreadName() + "\":"
                        + Failures.stack(owner.getStackTrace());
            }
        } catch (LinkageError noManagementModule) {
            description = "its holder is not known: the module java.management is not there";
        }
    }
}
