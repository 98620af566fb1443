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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs backups and restores one at a time, in the order of their triggers. A trigger joins a backup that is still queued. The
 * exit joins nothing, because its snapshot must begin after its drain: it cancels the run under way and makes its own backup.
 *
 * <p>A run that nobody waits for any more does not begin; one that has begun is cancelled, unless it is {@linkplain
 * Turn#commit committed}. Safe for use by several threads.
 */
public final class RunQueue {
    private final RunComponents components;

    private final Object monitor = new Object();
    /** The runs that have not ended, in the order of their triggers. The first has begun, or is about to. */
    private final Deque<QueuedRun<?>> queue = new ArrayDeque<>();

    private @Nullable QueuedBackup joinable;
    private @Nullable Task<BackupReport> exitRun;
    /** The idle run under way. It is not in the queue: nothing waits for it. */
    private @Nullable Turn idle;

    /** Work that no other run may overlap. */
    @FunctionalInterface
    public interface Job<T> {
        /** Does the work. */
        T run(Turn turn) throws Exception;
    }

    /** The turn of a run: how long it lasts, and who may end it. Safe for use by several threads. */
    public static final class Turn {
        private final Deadline overdue;
        private final Deadline.Controller time;
        private boolean isCommitted;

        private Turn(Duration limit) {
            overdue = Deadline.after(limit.plus(Timeouts.RUN_OVERTIME));
            time = overdue.controlledAtMost(limit);
        }

        /** Expires early when the exit, a handoff or the caller cancels the run. */
        public Deadline deadline() {
            return time.deadline();
        }

        /**
         * From here on the run goes on even if its caller waits no longer, because half of it would be worse than all of it.
         *
         * @return false if the run is cancelled already: then it must end and change nothing
         */
        public synchronized boolean commit() {
            isCommitted = !deadline().isExpired();
            return isCommitted;
        }

        private synchronized boolean isCommitted() {
            return isCommitted;
        }

        /** Cancels the run for a caller that waits no longer; false if it goes on. */
        private synchronized boolean cancelUnlessCommitted() {
            if (!isCommitted) {
                cancel();
            }
            return !isCommitted;
        }

        private void cancel() {
            time.expire();
        }
    }

    /** Creates an empty queue. */
    public RunQueue(RunComponents components) {
        this.components = components;
    }

    /**
     * Makes a backup of the running application and waits for it. Joins a backup that is still queued, or the exit's.
     *
     * @throws BackupException if the run failed unexpectedly, or did not end in time; or if the caller is a drain step
     */
    public BackupReport backUp(BackupTrigger trigger) {
        if (components.drain().isCalledFromStep()) {
            throw new BackupException(Messages.BACKUP_FROM_DRAIN_STEP);
        }
        Task<BackupReport> exit;
        synchronized (monitor) {
            exit = exitRun;
        }
        return exit == null
                ? await(joinOrQueue(trigger), components.timeout().multipliedBy(2))
                : await(
                        "The backup",
                        () -> exit.await(Deadline.after(components.timeout().multipliedBy(3))),
                        () -> Messages.GOES_ON);
    }

    private QueuedRun<BackupReport> joinOrQueue(BackupTrigger trigger) {
        synchronized (monitor) {
            QueuedBackup queued = joinable;
            if (queued == null) {
                queued = new QueuedBackup(trigger);
                joinable = queued;
            } else {
                queued.join(trigger);
            }
            return queued.run;
        }
    }

    /**
     * Does work that no other run may overlap, and waits for it: for its turn as long as a backup would, then without hurry.
     *
     * @param what names the work in messages, as the subject of a sentence
     * @throws BackupException if the exit has begun, the work failed unexpectedly, or it did not begin in time
     */
    public <T> T exclusively(String what, Job<T> job) {
        QueuedRun<T> run;
        synchronized (monitor) {
            refuseAfterExit(what);
            run = new QueuedRun<>("exclusive", what, beforeExit(what, job), Timeouts.EXCLUSIVE_RUN);
        }
        return await(run, components.timeout().multipliedBy(2));
    }

    /**
     * Does work of the lowest priority, on the calling thread, if nothing else runs or waits. Its turn expires as soon as any
     * other run is triggered, which begins at once: the work may overlap with it for as long as it takes to notice.
     *
     * @return false if the work was not begun
     * @throws Exception if the work does
     */
    public boolean idly(Job<?> job) throws Exception {
        Turn mine = new Turn(components.timeout());
        synchronized (monitor) {
            if (exitRun != null || idle != null || !queue.isEmpty()) {
                return false;
            }
            idle = mine;
        }
        try {
            job.run(mine);
            return true;
        } finally {
            mine.cancel(); // What the work has started ends with it.
            synchronized (monitor) {
                idle = null;
            }
        }
    }

    /**
     * Starts the final backup; if the JVM cannot create a thread, makes it on the calling thread.
     *
     * @param permit asked for the permit to save once the drain has ended, with the time that it may take
     */
    public Task<BackupReport> exit(
            ShutdownReason why, Deadline deadline, Function<Deadline, Optional<SavePermit>> permit) {
        RunComponents within = components.within(deadline.remaining());
        Preparation preparation = new ExitPreparation(within, this::cancelRunning, permit);
        Task<BackupReport> task = components
                .threads()
                .task("exit-run", () -> new BackupRun(within, BackupTrigger.exit(why), preparation, deadline).run());
        synchronized (monitor) {
            exitRun = task;
            cancelIdle();
        }
        if (!task.tryStart()) {
            task.runHere();
        }
        return task;
    }

    /**
     * Makes the backup that another instance restores, and waits for it. Cancels the run under way, whose snapshot began before
     * the gate was sealed. If this method throws, the run has ended or ends soon: it does not seal the gate afterwards.
     *
     * @throws BackupException if the exit has begun, the run failed unexpectedly, or did not end in time
     */
    public BackupReport handOver(SavePermit permit) {
        String what = "The handoff's backup";
        QueuedRun<BackupReport> run;
        synchronized (monitor) {
            if (exitRun != null) {
                throw new BackupException(Messages.EXIT_SAVES_BY_ITSELF);
            }
            cancelRunning();
            Preparation preparation = new HandoffPreparation(components, permit);
            run = new QueuedRun<>(
                    "handoff",
                    what,
                    beforeExit(
                            what,
                            turn -> new BackupRun(components, BackupTrigger.handoff(), preparation, turn.deadline())
                                    .run()),
                    components.timeout());
        }
        return await(run, components.timeout());
    }

    /** Cancels the run under way and withdraws those that wait for their turn, for an application that is uninstalled. */
    public void cancelAll() {
        synchronized (monitor) {
            cancelIdle();
            cancelRunning();
            List.copyOf(queue).stream().filter(run -> run.turn == null).forEach(QueuedRun::withdraw);
        }
    }

    /** The caller holds the monitor. */
    private void cancelIdle() {
        Turn running = idle;
        if (running != null) {
            running.cancel();
        }
    }

    private void cancelRunning() {
        Turn running;
        synchronized (monitor) {
            QueuedRun<?> first = queue.peekFirst();
            running = first == null ? null : first.turn;
        }
        if (running != null) {
            running.cancel();
        }
    }

    private <T> Job<T> beforeExit(String what, Job<T> job) {
        return turn -> {
            synchronized (monitor) {
                refuseAfterExit(what);
            }
            return job.run(turn);
        };
    }

    /** The caller holds the monitor. */
    private void refuseAfterExit(String what) {
        if (exitRun != null) {
            throw new BackupException(Messages.exitHasBegun(what));
        }
    }

    /**
     * Waits for a run.
     *
     * @param patience how long to wait for its turn
     */
    private <T> T await(QueuedRun<T> run, Duration patience) {
        Deadline end = Deadline.after(patience.plus(run.limit));
        return await(
                run.what,
                () -> {
                    run.awaitTurn(end.atMost(patience));
                    return run.task.await(end);
                },
                run::giveUp);
    }

    @FunctionalInterface
    private interface Waiting<T> {
        T await() throws InterruptedException, ExecutionException, TimeoutException;
    }

    /**
     * Waits for a result.
     *
     * @param giveUp called if there is none; returns what becomes of the run
     */
    private <T> T await(String what, Waiting<T> waiting, Supplier<String> giveUp) {
        try {
            return waiting.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException(Messages.interruptedWhileWaiting(what, giveUp.get()), interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = Failures.cause(failed);
            if (cause instanceof BackupException backupException) {
                throw backupException;
            }
            throw new BackupException(
                    components.redact().apply(Messages.failed(what, Failures.describe(cause))),
                    Failures.withoutSecrets(cause, components.redact()));
        } catch (TimeoutException timedOut) {
            throw new BackupException(Messages.didNotEndInTime(what, giveUp.get()), timedOut);
        }
    }

    /** A run that begins when the runs before it have ended. All fields are guarded by the monitor. */
    private final class QueuedRun<T> {
        private final String what;
        private final Job<T> job;
        private final Duration limit;
        private final Task<T> task;
        private int callers = 1;
        private boolean isWithdrawn;
        private @Nullable Turn turn;

        /** Queues the run. The caller holds the monitor. */
        QueuedRun(String name, String what, Job<T> job, Duration limit) {
            this.what = what;
            this.job = job;
            this.limit = limit;
            this.task = components.threads().start(name, this::run);
            queue.addLast(this);
            cancelIdle();
        }

        private T run() throws Exception {
            try {
                Turn mine = begin();
                try {
                    return job.run(mine);
                } finally {
                    mine.cancel(); // What the run has started ends with it.
                }
            } catch (Throwable failed) {
                reportUnlessAwaited(failed);
                throw failed;
            } finally {
                synchronized (monitor) {
                    queue.remove(this);
                    monitor.notifyAll();
                }
            }
        }

        /** Waits for the runs before this one; one that is overdue has to make way. */
        private Turn begin() throws InterruptedException {
            synchronized (monitor) {
                for (QueuedRun<?> first = queue.peekFirst(); first != this; first = queue.peekFirst()) {
                    if (first == null || isWithdrawn) {
                        throw new BackupException(Messages.withdrawn(what));
                    }
                    Turn ahead = first.turn;
                    if (ahead == null) {
                        monitor.wait();
                    } else if (ahead.overdue.isExpired()) {
                        first.task.abandon();
                        queue.remove(first);
                        monitor.notifyAll();
                    } else {
                        TimeUnit.NANOSECONDS.timedWait(
                                monitor, ahead.overdue.remaining().toNanos() + 1);
                    }
                }
                Turn mine = new Turn(limit);
                turn = mine;
                monitor.notifyAll();
                return mine;
            }
        }

        /** Waits until the run has begun. */
        void awaitTurn(Deadline deadline) throws InterruptedException, TimeoutException {
            synchronized (monitor) {
                while (turn == null && !isWithdrawn) {
                    if (deadline.isExpired()) {
                        throw new TimeoutException();
                    }
                    TimeUnit.NANOSECONDS.timedWait(monitor, deadline.remaining().toNanos() + 1);
                }
            }
        }

        /** One caller waits no longer. Returns what becomes of the run. */
        String giveUp() {
            synchronized (monitor) {
                callers--;
                if (callers > 0) {
                    return Messages.GOES_ON;
                }
                Turn begun = turn;
                if (begun == null) {
                    withdraw();
                    return Messages.WITHDRAWN;
                }
                return begun.cancelUnlessCommitted() ? Messages.CANCELLED : Messages.GOES_ON;
            }
        }

        /** The caller holds the monitor. */
        void withdraw() {
            isWithdrawn = true;
            queue.remove(this);
            if (joinable != null && joinable.run == this) {
                joinable = null;
            }
            monitor.notifyAll();
        }

        private void reportUnlessAwaited(Throwable failed) {
            boolean isUnseen;
            synchronized (monitor) {
                isUnseen = callers == 0 && turn != null && turn.isCommitted();
            }
            if (isUnseen) {
                components.log().error(Messages.failedUnawaited(what, Failures.describe(failed)));
            }
        }
    }

    /** A backup that other triggers may join until it starts. */
    private final class QueuedBackup implements Job<BackupReport> {
        private final QueuedRun<BackupReport> run;
        private BackupTrigger trigger;

        QueuedBackup(BackupTrigger trigger) {
            this.trigger = trigger;
            this.run = new QueuedRun<>("run", "The backup", this, components.timeout());
        }

        /** A backup that somebody asked for by name is stored, even where a checkpoint would not be. */
        void join(BackupTrigger another) {
            run.callers++;
            if (trigger.onlyIfChanged()) {
                trigger = another;
            }
        }

        @Override
        public BackupReport run(Turn turn) throws Exception {
            Task<BackupReport> exit;
            BackupTrigger mine;
            synchronized (monitor) {
                joinable = null;
                mine = trigger;
                exit = exitRun;
            }
            turn.commit(); // A backup is of use without its caller too.
            return exit != null
                    ? exit.await(Deadline.after(components.timeout()))
                    : BackupRun.live(components, mine, turn.deadline()).run();
        }
    }
}
