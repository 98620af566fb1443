package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets each trigger have the one run that is right for it. Runs take turns; who comes while one waits for its turn joins
 * that one; the exit joins nothing, since its snapshot must begin after its drain, and cancels what is under way.
 */
public final class RunQueue {
    private static final Duration LONGEST = Duration.ofDays(7);

    private final BackupRun.RunComponents means;
    private final Duration timeout;
    private final ClassLoader contextClassLoader;
    private final Ended ended;

    private final Object monitor = new Object();
    private @Nullable Backup waiting;
    private @Nullable QueuedRun<?> last;
    private @Nullable QueuedRun<?> running;
    private @Nullable Task<BackupReport> exitRun;

    /** Is told what became of every run but the exit's. */
    @FunctionalInterface
    public interface Ended {
        void ended(BackupReport report);
    }

    /** What a turn is for. */
    @FunctionalInterface
    public interface Job<T> {
        /**
         * Does it.
         *
         * @param deadline ends early when the exit wants the state for itself
         */
        T run(Deadline deadline) throws Exception;
    }

    public RunQueue(BackupRun.RunComponents means, Duration timeout, ClassLoader contextClassLoader, Ended ended) {
        this.means = means;
        this.timeout = timeout;
        this.contextClassLoader = contextClassLoader;
        this.ended = ended;
    }

    /**
     * Makes a backup, or joins one that waits for its turn or is the exit's.
     *
     * @throws BackupException if the run broke, or did not end in time
     */
    public BackupReport join(BackupTrigger occasion) {
        Task<BackupReport> task;
        synchronized (monitor) {
            Task<BackupReport> exit = exitRun;
            Backup joinable = waiting;
            if (exit != null) {
                task = exit;
            } else if (joinable != null) {
                joinable.join(occasion);
                task = joinable.turn.task;
            } else {
                Backup backup = new Backup(occasion);
                waiting = backup;
                task = backup.turn.task;
            }
        }
        return await(task, timeout.multipliedBy(3), "The backup");
    }

    /** Does something that no other run may overlap with. It is not hurried. */
    public <T> T exclusively(String what, Job<T> job) {
        QueuedRun<T> turn;
        synchronized (monitor) {
            if (exitRun != null) {
                throw new BackupException(what + " is not possible: the exit has begun");
            }
            turn = new QueuedRun<>("exclusive", job, false);
        }
        return await(turn.task, LONGEST, what);
    }

    /**
     * Begins the exit's own run.
     *
     * @param mandate by what right it saves, asked for when the drain has ended
     */
    public Task<BackupReport> exit(ShutdownReason why, Deadline deadline, Supplier<Optional<SavePermit>> mandate) {
        synchronized (monitor) {
            Task<BackupReport> task = Task.start("exit-run", contextClassLoader, () -> {
                means.console().info("🔄 Auto-backing up " + means.application() + "...");
                return new BackupRun(means, BackupTrigger.exit(why), timeout, deadline, end -> {
                            means.drain().run(end);
                            cancel();
                            Optional<SavePermit> right = mandate.get();
                            seal(means.gate()::close, end);
                            return right;
                        })
                        .run();
            });
            exitRun = task;
            return task;
        }
    }

    /** Saves what another instance goes on with: what is under way began before the gate was shut, so it does not do. */
    public BackupReport handOver(SavePermit mandate) {
        QueuedRun<BackupReport> turn;
        synchronized (monitor) {
            if (exitRun != null) {
                throw new BackupException("The exit has begun, and saves by itself");
            }
            cancel();
            turn = new QueuedRun<>(
                    "handoff",
                    deadline -> new BackupRun(means, BackupTrigger.handoff(), timeout, deadline, end -> {
                                seal(means.gate()::seal, end);
                                return Optional.of(mandate);
                            })
                            .run(),
                    true);
        }
        return await(turn.task, timeout.multipliedBy(2), "The handoff's backup");
    }

    private interface Sealing {
        int seal(Deadline patience) throws InterruptedException;
    }

    private void seal(Sealing gate, Deadline deadline) throws InterruptedException {
        int left = gate.seal(deadline.atMost(BackupRun.gateShare(timeout)));
        if (left > 0) {
            means.console().warn("⚠️ " + left + " changes did not end in time; they are not acknowledged");
        }
    }

    /** What is under way began before the drain had ended: the exit makes its own. */
    private void cancel() {
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
            throw new BackupException("Interrupted while waiting. " + what + " goes on", interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = Failures.cause(failed);
            if (cause instanceof BackupException told) {
                throw told;
            }
            throw new BackupException(
                    means.redact().apply(what + " failed: " + Failures.describe(cause)),
                    Failures.withoutSecrets(cause, means.redact()));
        } catch (TimeoutException late) {
            throw new BackupException(what + " did not end in time", late);
        }
    }

    /** One at a time, in the order they came. */
    private final class QueuedRun<T> {
        private final Job<T> job;
        private final boolean hurried;
        private final Task<T> task;
        private @Nullable QueuedRun<?> previous;
        private @Nullable Deadline deadline;

        /** The caller holds the monitor. */
        QueuedRun(String name, Job<T> job, boolean hurried) {
            this.job = job;
            this.hurried = hurried;
            this.previous = last;
            this.task = Task.start(name, contextClassLoader, this::run);
            last = this;
        }

        private T run() throws Exception {
            try {
                awaitPrevious();
            } finally {
                previous = null;
            }
            Deadline mine = Deadline.after(hurried ? timeout : LONGEST);
            synchronized (monitor) {
                running = this;
                deadline = mine;
                if (exitRun != null) {
                    mine.expire();
                }
            }
            try {
                return job.run(mine);
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
                    before.task.await(Deadline.after(before.hurried ? timeout : LONGEST));
                } catch (ExecutionException | TimeoutException itsOwnAffair) {
                    before.task.abandon();
                }
            }
        }

        void cancel() {
            Deadline mine = deadline;
            if (mine != null) {
                mine.expire();
            }
        }
    }

    /** A backup that others may join until its turn comes. */
    private final class Backup implements Job<BackupReport> {
        private final QueuedRun<BackupReport> turn;
        private BackupTrigger occasion;

        Backup(BackupTrigger occasion) {
            this.occasion = occasion;
            this.turn = new QueuedRun<>("run", this, true);
        }

        /** Whoever asks by name gets his backup stored, even if it was to be a checkpoint at first. */
        void join(BackupTrigger another) {
            if (occasion.onlyIfChanged()) {
                occasion = another;
            }
        }

        @Override
        public BackupReport run(Deadline deadline) throws Exception {
            Task<BackupReport> exit;
            BackupTrigger mine;
            synchronized (monitor) {
                waiting = null;
                mine = occasion;
                exit = exitRun;
            }
            if (exit != null) {
                return exit.await(Deadline.after(timeout));
            }
            // Before the snapshot: a lease that is taken again meanwhile gives no right to a state from before.
            Optional<SavePermit> right = means.mandate().get();
            if (right.isPresent() && !mine.onlyIfChanged()) {
                means.console()
                        .info("🔄 Backing up " + means.application() + ": "
                                + mine.name().apply(means.clock().instant()));
            }
            BackupReport report = new BackupRun(means, mine, timeout, deadline, end -> right).run();
            ended.ended(report);
            return report;
        }
    }
}
