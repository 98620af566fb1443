package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.support.Failures;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/**
 * Finds out who holds the lock that a thread waits for, in the middle of the wait: whoever has held it until then is the
 * one to blame, and a JVM that has never been asked needs a moment to answer. It knows for locks with an exclusive owner.
 */
final class LockHolder {
    private volatile String description = "its holder is not known";

    private LockHolder() {}

    static LockHolder watch(Thread waiting, Deadline patience) {
        LockHolder holder = new LockHolder();
        Deadline look = patience.atMost(patience.remaining().dividedBy(2));
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
