package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.support.Failures;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/**
 * Finds the thread that holds the lock for which another thread waits. Looks halfway through the wait: a thread that has held
 * the lock for that long is the cause, and the first query of the management interface takes a while. Works for locks with an
 * exclusive owner.
 */
final class LockHolder implements AutoCloseable {
    private final Deadline.Registration lookHalfway;
    private volatile String description = "its holder is not known";

    private LockHolder(Thread waiting, Deadline halfway) {
        lookHalfway = halfway.onExpiry(() -> look(waiting));
    }

    /** Schedules the look at the lock that the given thread waits for until the deadline. */
    static LockHolder watch(Thread waiting, Deadline deadline) {
        return new LockHolder(waiting, deadline.atMost(deadline.remaining().dividedBy(2)));
    }

    /** The thread waits no longer. */
    @Override
    public void close() {
        lookHalfway.close();
    }

    /** Describes the holder, in words that end a sentence. */
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
        } catch (LinkageError e) {
            description = "its holder is not known: the module java.management is not there";
        }
    }
}
