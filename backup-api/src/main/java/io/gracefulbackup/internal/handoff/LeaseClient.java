package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes steps on the lease, one at a time, each on a thread of its own, and reports exactly one result or failure for each. A
 * driver that hangs is given up; until it returns, every other step fails at once, so that it occupies one thread only.
 */
final class LeaseClient {
    private static final String STILL_HANGING = "an earlier step has not returned";

    private final Lease lease;
    private final ClassLoader contextClassLoader;
    private final Duration stepLimit;
    private final Duration abandonedAfter;
    private final Semaphore turn = new Semaphore(1);

    LeaseClient(Lease lease, ClassLoader contextClassLoader) {
        this(lease, contextClassLoader, Timeouts.LEASE_STEP, Timeouts.LEASE_STEP_ABANDONED);
    }

    LeaseClient(Lease lease, ClassLoader contextClassLoader, Duration stepLimit, Duration abandonedAfter) {
        this.lease = lease;
        this.contextClassLoader = contextClassLoader;
        this.stepLimit = stepLimit;
        this.abandonedAfter = abandonedAfter;
    }

    /**
     * Takes a step. Does not block. Exactly one of the two consumers is called, on any thread.
     *
     * @param answered receives the result
     * @param unanswered receives the reason why there is no result, a {@link io.gracefulbackup.spi.PermanentFailureException} if a
     *     repetition cannot help; the step may have been taken all the same
     */
    void send(LeaseStep step, Consumer<LeaseResult> answered, Consumer<Throwable> unanswered) {
        if (turn.tryAcquire()) {
            start(step, answered, unanswered);
        } else {
            unanswered.accept(new IOException(STILL_HANGING));
        }
    }

    /** Takes the step whose turn it is. */
    private void start(LeaseStep step, Consumer<LeaseResult> answered, Consumer<Throwable> unanswered) {
        AtomicBoolean isOver = new AtomicBoolean();
        // A database that hangs without an error, and ignores being aborted, must not hold the protocol up.
        Deadline.Registration abandonment = Deadline.after(abandonedAfter).onExpiry(() -> {
            if (isOver.compareAndSet(false, true)) {
                unanswered.accept(new IOException("no answer within " + abandonedAfter.toMillis() + " ms"));
            }
        });
        try {
            Task.start("lease", contextClassLoader, () -> {
                Runnable report = apply(step, answered, unanswered);
                turn.release();
                abandonment.close();
                if (isOver.compareAndSet(false, true)) {
                    report.run();
                }
                return true;
            });
        } catch (OutOfMemoryError noThread) {
            turn.release();
            abandonment.close();
            if (isOver.compareAndSet(false, true)) {
                unanswered.accept(noThread);
            }
        }
    }

    private Runnable apply(LeaseStep step, Consumer<LeaseResult> answered, Consumer<Throwable> unanswered) {
        try {
            LeaseResult result = Epochs.checked(lease.apply(step, Deadline.after(stepLimit)));
            return () -> answered.accept(result);
        } catch (Exception | Error failed) {
            return () -> unanswered.accept(failed);
        }
    }

    /**
     * Takes a step, once the one before has returned, and waits for its result.
     *
     * @throws IOException if there is none by the deadline; the step may have been taken all the same
     */
    LeaseResult take(LeaseStep step, Deadline deadline) throws IOException, InterruptedException {
        if (!turn.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IOException(STILL_HANGING);
        }
        BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(1);
        start(
                step,
                result -> answers.add(new Answer(result, "")),
                why -> answers.add(new Answer(null, Failures.describe(why))));
        Answer answer = answers.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        LeaseResult result = answer == null ? null : answer.result();
        if (result == null) {
            throw new IOException(answer == null ? "no answer in time" : answer.why());
        }
        return result;
    }

    private record Answer(@Nullable LeaseResult result, String why) {}

    /** Whether a step has not returned. */
    boolean isBusy() {
        return turn.availablePermits() == 0;
    }

    /** Closes the connection. */
    void close() {
        lease.close();
    }
}
