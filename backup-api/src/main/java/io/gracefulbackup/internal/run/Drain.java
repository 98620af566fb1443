package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The host's drain steps, which let its work in flight finish before the final snapshot. */
public final class Drain {
    private final Map<String, DrainStep> steps;
    private final Duration share;
    private final Threads threads;
    private final OperatorLog log;
    private final Set<Thread> inSteps = ConcurrentHashMap.newKeySet();

    /**
     * Creates the drain.
     *
     * @param steps the steps by name, in order
     * @param share the time that all steps have together
     */
    public Drain(Map<String, DrainStep> steps, Duration share, Threads threads, OperatorLog log) {
        this.steps = new LinkedHashMap<>(steps);
        this.share = share;
        this.threads = threads;
        this.log = log;
    }

    /** Whether the calling thread is that of a step: the exit waits for it, so it must not wait for the exit. */
    public boolean isCalledFromStep() {
        return inSteps.contains(Thread.currentThread());
    }

    /** Runs the steps in order, within their share and 40 % of the time that is left. A step that fails does not stop the next one; a step that hangs takes its time away. */
    void run(Deadline deadline) throws InterruptedException {
        Deadline end = deadline.atMost(share)
                .atMost(deadline.remaining().multipliedBy(2).dividedBy(5));
        for (Map.Entry<String, DrainStep> step : steps.entrySet()) {
            run(step.getKey(), step.getValue(), end);
        }
    }

    private void run(String name, DrainStep step, Deadline deadline) throws InterruptedException {
        if (deadline.isExpired()) {
            log.warn(Messages.drainStepSkipped(name, share));
            return;
        }
        Task<Boolean> task = threads.startOrRun("drain-" + name, () -> {
            Thread thread = Thread.currentThread();
            inSteps.add(thread);
            try {
                step.drain(deadline);
                return true;
            } finally {
                inSteps.remove(thread);
            }
        });
        try {
            task.await(deadline);
        } catch (ExecutionException failed) {
            log.warn(Messages.drainStepFailed(name, Failures.describe(Failures.cause(failed))));
        } catch (TimeoutException timedOut) {
            task.abandon();
            log.warn(Messages.drainStepTimedOut(name, share));
        }
    }
}
