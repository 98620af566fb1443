package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Step one of the final backup: the host's work in flight may finish, within its share. */
public final class Drain {
    private final Map<String, DrainStep> steps;
    private final Duration share;
    private final ClassLoader contextClassLoader;
    private final OperatorLog console;

    public Drain(Map<String, DrainStep> steps, Duration share, ClassLoader contextClassLoader, OperatorLog console) {
        this.steps = new LinkedHashMap<>(steps);
        this.share = share;
        this.contextClassLoader = contextClassLoader;
        this.console = console;
    }

    /** Runs the steps in order. One that fails or hangs does not keep the others from running, as long as time is left. */
    void run(Deadline deadline) throws InterruptedException {
        Deadline part = deadline.atMost(share);
        for (Map.Entry<String, DrainStep> step : steps.entrySet()) {
            run(step.getKey(), step.getValue(), part);
        }
    }

    private void run(String name, DrainStep step, Deadline deadline) throws InterruptedException {
        if (deadline.isExpired()) {
            console.warn("⚠️ Drain step \"" + name + "\" skipped: the drain steps before it took all of "
                    + share.toMillis() + " ms");
            return;
        }
        Task<Void> task = Task.start("drain-" + name, contextClassLoader, () -> {
            step.drain(deadline);
            return null;
        });
        try {
            task.await(deadline);
        } catch (ExecutionException failed) {
            console.warn("⚠️ Drain step \"" + name + "\" failed: " + Failures.describe(Failures.cause(failed)));
        } catch (TimeoutException hangs) {
            task.abandon();
            console.warn("⚠️ Drain step \"" + name + "\" did not end within " + share.toMillis()
                    + " ms; going on without it");
        }
    }
}
