package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The host's drain steps, which let its work in flight finish before the final snapshot. */
public final class Drain {
    private final Map<String, DrainStep> steps;
    private final Duration share;
    private final ClassLoader contextClassLoader;
    private final OperatorLog log;

    /**
     * Creates the drain.
     *
     * @param steps the steps by name, in order
     * @param share the time that all steps have together
     */
    public Drain(Map<String, DrainStep> steps, Duration share, ClassLoader contextClassLoader, OperatorLog log) {
        this.steps = new LinkedHashMap<>(steps);
        this.share = share;
        this.contextClassLoader = contextClassLoader;
        this.log = log;
    }

    /** Runs the steps in order. A step that fails does not stop the next one; a step that hangs takes its time away. */
    void run(Deadline deadline) throws InterruptedException {
        Deadline end = deadline.atMost(share);
        for (Map.Entry<String, DrainStep> step : steps.entrySet()) {
            run(step.getKey(), step.getValue(), end);
        }
    }

    private void run(String name, DrainStep step, Deadline deadline) throws InterruptedException {
        if (deadline.isExpired()) {
            log.warn(Messages.drainStepSkipped(name, share));
            return;
        }
        Task<Void> task = Task.start("drain-" + name, contextClassLoader, () -> {
            step.drain(deadline);
            return null;
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
