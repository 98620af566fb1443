package io.gracefulbackup.internal.run;

import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Makes a backup at a fixed interval while the application runs, so that a killed process loses at most the interval. The
 * interval is counted from start to start. A checkpoint that takes longer delays the next one; two never overlap.
 */
public final class Checkpoints {
    private final Duration interval;
    private final Runnable checkpoint;
    private final OperatorLog log;
    private final Task<Boolean> task;
    private volatile boolean stopped;

    private Checkpoints(Duration interval, Runnable checkpoint, OperatorLog log, ClassLoader contextClassLoader) {
        this.interval = interval;
        this.checkpoint = checkpoint;
        this.log = log;
        this.task = Task.start("checkpoints", contextClassLoader, this::run);
    }

    /** Starts the timer. The first checkpoint comes after one interval. */
    public static Checkpoints every(
            Duration interval, Runnable checkpoint, OperatorLog log, ClassLoader contextClassLoader) {
        return new Checkpoints(interval, checkpoint, log, contextClassLoader);
    }

    /** Stops the timer. A checkpoint that is under way goes on. */
    public void stop() {
        stopped = true;
        task.abandon();
    }

    private boolean run() throws InterruptedException {
        long next = System.nanoTime();
        while (!stopped) {
            next = Math.max(next + interval.toNanos(), System.nanoTime());
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            try {
                checkpoint.run();
            } catch (RuntimeException | Error failed) {
                if (!stopped) {
                    log.error(Messages.checkpointFailed(Failures.describe(failed)));
                }
            }
        }
        return true;
    }
}
