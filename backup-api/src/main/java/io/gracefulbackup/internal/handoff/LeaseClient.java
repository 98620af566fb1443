package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Takes steps on the lease, each on a thread of its own, and reports exactly one result or failure for each. */
final class LeaseClient {
    private final Lease lease;
    private final ClassLoader contextClassLoader;

    LeaseClient(Lease lease, ClassLoader contextClassLoader) {
        this.lease = lease;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * Takes a step. Does not block.
     *
     * @param answered receives the result, on another thread
     * @param unanswered receives the reason why there is no result, on another thread; the step may have been taken all the same
     */
    void send(LeaseStep step, Consumer<LeaseResult> answered, Consumer<String> unanswered) {
        AtomicBoolean isOver = new AtomicBoolean();
        // A database that hangs without an error, and ignores being aborted, must not hold the protocol up.
        Deadline.Registration abandonment = Deadline.after(Timeouts.LEASE_STEP_ABANDONED)
                .onExpiry(() -> {
                    if (isOver.compareAndSet(false, true)) {
                        unanswered.accept("no answer within " + Timeouts.LEASE_STEP_ABANDONED.toSeconds() + " s");
                    }
                });
        Task.start("lease", contextClassLoader, () -> {
            try {
                LeaseResult result = lease.apply(step, Deadline.after(Timeouts.LEASE_STEP));
                if (isOver.compareAndSet(false, true)) {
                    answered.accept(result);
                }
            } catch (Exception | Error failed) {
                if (isOver.compareAndSet(false, true)) {
                    unanswered.accept(Failures.describe(failed));
                }
            } finally {
                abandonment.close();
            }
            return true;
        });
    }

    /** Closes the connection. */
    void close() {
        lease.close();
    }
}
