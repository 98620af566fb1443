package io.gracefulbackup.internal.run;

import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
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
    private final Task<?> task;
    private volatile boolean stopped;

    private Checkpoints(Duration interval, Runnable checkpoint, OperatorLog log, Threads threads) {
        this.interval = interval;
        this.checkpoint = checkpoint;
        this.log = log;
        this.task = threads.inBackground(
                "checkpoints", this::run, failed -> log.error(Messages.checkpointsEnded(Failures.describe(failed))));
    }

    /** Starts the timer. The first checkpoint comes after one interval. */
    public static Checkpoints every(Duration interval, Runnable checkpoint, OperatorLog log, Threads threads) {
        return new Checkpoints(interval, checkpoint, log, threads);
    }

    /** Stops the timer. A checkpoint that is under way goes on. */
    public void stop() {
        stopped = true;
        task.abandon();
    }

    private void run() throws InterruptedException {
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
    }
}
