package io.gracefulbackup.internal.run;

import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Makes a backup every so often while the application runs, so that a process that is killed loses at most the interval.
 * The interval is counted from beginning to beginning; a checkpoint that takes longer delays the next one, two never run
 * at the same time.
 */
public final class Checkpoints {
    private final Duration interval;
    private final Runnable checkpoint;
    private final OperatorLog console;
    private final Task<Boolean> task;
    private volatile boolean stopped;

    private Checkpoints(Duration interval, Runnable checkpoint, OperatorLog console, ClassLoader contextClassLoader) {
        this.interval = interval;
        this.checkpoint = checkpoint;
        this.console = console;
        this.task = Task.start("checkpoints", contextClassLoader, this::run);
    }

    public static Checkpoints every(
            Duration interval, Runnable checkpoint, OperatorLog console, ClassLoader contextClassLoader) {
        return new Checkpoints(interval, checkpoint, console, contextClassLoader);
    }

    /** No more of them. One that is under way goes on. */
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
                    console.error("❌ The checkpoint failed: " + Failures.describe(failed));
                }
            }
        }
        return true;
    }
}
