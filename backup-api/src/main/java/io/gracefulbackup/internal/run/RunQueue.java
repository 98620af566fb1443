package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs backups and restores one at a time, in the order of their triggers. A trigger joins a backup that is still queued. The
 * exit joins nothing, because its snapshot must begin after its drain: it cancels the run under way and makes its own backup.
 */
public final class RunQueue {
    private final RunComponents components;

    private final Object monitor = new Object();
    private @Nullable QueuedBackup joinable;
    private @Nullable QueuedRun<?> last;
    private @Nullable QueuedRun<?> running;
    private @Nullable Task<BackupReport> exitRun;

    /** Work that no other run may overlap. */
    @FunctionalInterface
    public interface Job<T> {
        /**
         * Does the work.
         *
         * @param deadline expires early when the exit or a handoff cancels the run
         */
        T run(Deadline deadline) throws Exception;
    }

    /** Creates an empty queue. */
    public RunQueue(RunComponents components) {
        this.components = components;
    }

    /**
     * Makes a backup of the running application and waits for it. Joins a backup that is still queued, or the exit's.
     *
     * @throws BackupException if the run failed unexpectedly, or did not end in time
     */
    public BackupReport backUp(BackupTrigger trigger) {
        Task<BackupReport> task;
        synchronized (monitor) {
            Task<BackupReport> exit = exitRun;
            QueuedBackup queued = joinable;
            if (exit != null) {
                task = exit;
            } else if (queued != null) {
                queued.join(trigger);
                task = queued.run.task;
            } else {
                QueuedBackup backup = new QueuedBackup(trigger);
                joinable = backup;
                task = backup.run.task;
            }
        }
        return await(task, components.timeout().multipliedBy(3), "The backup");
    }

    /**
     * Does work that no other run may overlap, and waits for it without hurry.
     *
     * @param what names the work in messages, as the subject of a sentence
     */
    public <T> T exclusively(String what, Job<T> job) {
        QueuedRun<T> run;
        synchronized (monitor) {
            if (exitRun != null) {
                throw new BackupException(Messages.exitHasBegun(what));
            }
            run = new QueuedRun<>("exclusive", job, Timeouts.EXCLUSIVE_RUN);
        }
        return await(run.task, Timeouts.EXCLUSIVE_RUN, what);
    }

    /**
     * Starts the final backup.
     *
     * @param permit asked for the permit to save once the drain has ended, with the time that it may take
     */
    public Task<BackupReport> exit(
            ShutdownReason why, Deadline deadline, Function<Deadline, Optional<SavePermit>> permit) {
        synchronized (monitor) {
            Preparation preparation = new ExitPreparation(components, this::cancelRunning, permit);
            Task<BackupReport> task = Task.start(
                    "exit-run",
                    components.contextClassLoader(),
                    () -> new BackupRun(components, BackupTrigger.exit(why), preparation, deadline).run());
            exitRun = task;
            return task;
        }
    }

    /**
     * Makes the backup that another instance restores, and waits for it. Cancels the run under way, whose snapshot began before
     * the gate was sealed.
     *
     * @throws BackupException if the exit has begun, the run failed unexpectedly, or did not end in time
     */
    public BackupReport handOver(SavePermit permit) {
        QueuedRun<BackupReport> run;
        synchronized (monitor) {
            if (exitRun != null) {
                throw new BackupException(Messages.EXIT_SAVES_BY_ITSELF);
            }
            cancelRunning();
            Preparation preparation = new HandoffPreparation(components, permit);
            run = new QueuedRun<>(
                    "handoff",
                    deadline -> new BackupRun(components, BackupTrigger.handoff(), preparation, deadline).run(),
                    components.timeout());
        }
        return await(run.task, components.timeout().multipliedBy(2), "The handoff's backup");
    }

    private void cancelRunning() {
        QueuedRun<?> older;
        synchronized (monitor) {
            older = running;
        }
        if (older != null) {
            older.cancel();
        }
    }

    private <T> T await(Task<T> task, Duration patience, String what) {
        try {
            return task.await(Deadline.after(patience));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException(Messages.interruptedWhileWaiting(what), interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = Failures.cause(failed);
            if (cause instanceof BackupException backupException) {
                throw backupException;
            }
            throw new BackupException(
                    components.redact().apply(Messages.failed(what, Failures.describe(cause))),
                    Failures.withoutSecrets(cause, components.redact()));
        } catch (TimeoutException timedOut) {
            throw new BackupException(Messages.didNotEndInTime(what), timedOut);
        }
    }

    /** A run that starts when the run before it has ended. */
    private final class QueuedRun<T> {
        private final Job<T> job;
        private final Duration limit;
        private final Task<T> task;
        private @Nullable QueuedRun<?> previous;
        private Deadline.@Nullable Controller ending;

        /** Queues the run. The caller holds the monitor. */
        QueuedRun(String name, Job<T> job, Duration limit) {
            this.job = job;
            this.limit = limit;
            this.previous = last;
            this.task = Task.start(name, components.contextClassLoader(), this::run);
            last = this;
        }

        private T run() throws Exception {
            try {
                awaitPrevious();
            } finally {
                previous = null;
            }
            Deadline.Controller mine = Deadline.controlled(limit);
            synchronized (monitor) {
                running = this;
                ending = mine;
                if (exitRun != null) {
                    mine.expire();
                }
            }
            try {
                return job.run(mine.deadline());
            } finally {
                mine.expire();
                synchronized (monitor) {
                    running = running == this ? null : running;
                    last = last == this ? null : last;
                }
            }
        }

        private void awaitPrevious() throws InterruptedException {
            QueuedRun<?> before = previous;
            if (before != null) {
                try {
                    before.task.await(Deadline.after(before.limit));
                } catch (ExecutionException | TimeoutException e) {
                    // Whoever waits for that run gets the failure; here it only has to make way.
                    before.task.abandon();
                }
            }
        }

        void cancel() {
            Deadline.Controller mine = ending;
            if (mine != null) {
                mine.expire();
            }
        }
    }

    /** A backup that other triggers may join until it starts. */
    private final class QueuedBackup implements Job<BackupReport> {
        private final QueuedRun<BackupReport> run;
        private BackupTrigger trigger;

        QueuedBackup(BackupTrigger trigger) {
            this.trigger = trigger;
            this.run = new QueuedRun<>("run", this, components.timeout());
        }

        /** A backup that somebody asked for by name is stored, even where a checkpoint would not be. */
        void join(BackupTrigger another) {
            if (trigger.onlyIfChanged()) {
                trigger = another;
            }
        }

        @Override
        public BackupReport run(Deadline deadline) throws Exception {
            Task<BackupReport> exit;
            BackupTrigger mine;
            synchronized (monitor) {
                joinable = null;
                mine = trigger;
                exit = exitRun;
            }
            return exit != null
                    ? exit.await(Deadline.after(components.timeout()))
                    : BackupRun.live(components, mine, deadline).run();
        }
    }
}
