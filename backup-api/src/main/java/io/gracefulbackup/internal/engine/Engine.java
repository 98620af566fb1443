package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.WriteAction;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.HostPlan;
import io.gracefulbackup.internal.engine.BackupRun.Occasion;
import io.gracefulbackup.internal.hook.ExitHook;
import io.gracefulbackup.internal.hook.ExitReason;
import io.gracefulbackup.spi.BackupId;
import io.gracefulbackup.spi.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What stands behind the handle: knows which triggers have come, and lets each have the one run that is right for it. */
public final class Engine {
    private static final DateTimeFormatter NAME_TIME =
            DateTimeFormatter.ofPattern("dd/MM/yyyy HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    /** Two of one deployment would make two backups at each exit, and a fork every time. */
    private static final Set<Deployment> ARMED = ConcurrentHashMap.newKeySet();

    private record Deployment(String application, ClassLoader classLoader) {}

    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(1);
    private static final Duration LONGEST_LISTENING = Duration.ofSeconds(2);

    private final BackupConfig config;
    private final Runnable close;
    private final BackupRun.Means means;
    private final Keeper keeper;
    private final Listeners listeners;
    private final RestoreReport restoreReport;
    private final ClassLoader contextClassLoader;
    private final Console console;

    private final Object monitor = new Object();
    private BackupStatus.State state = BackupStatus.State.UNARMED;
    private @Nullable ExitHook hook;
    private @Nullable BackupReport lastBackup;
    private @Nullable Instant lastStored;
    private @Nullable ManualRun waiting;
    private @Nullable ManualRun running;
    private @Nullable Task<BackupReport> exitRun;

    Engine(
            BackupConfig config,
            Runnable close,
            BackupRun.Means means,
            Keeper keeper,
            Listeners listeners,
            RestoreReport restoreReport,
            ClassLoader contextClassLoader) {
        this.config = config;
        this.close = close;
        this.means = means;
        this.keeper = keeper;
        this.listeners = listeners;
        this.restoreReport = restoreReport;
        this.contextClassLoader = contextClassLoader;
        this.console = means.console();
    }

    /** See {@code GracefulShutdown.Builder.install()}. */
    public static Engine install(HostPlan plan) {
        return new Installation(plan).run();
    }

    /** Arms the hook; from here on the exit saves. False if the exit has begun. */
    boolean arm() {
        synchronized (monitor) {
            if (!ARMED.add(new Deployment(config.application(), contextClassLoader))) {
                throw new BackupException("Graceful Backup is installed already for \"" + config.application()
                        + "\" in this process; keep its handle, or call uninstall() first");
            }
            hook = ExitHook.arm(this::exit).orElse(null);
            if (hook != null) {
                state = BackupStatus.State.ACTIVE;
            }
            return hook != null;
        }
    }

    /** Nothing will be saved any more, so nothing is acknowledged. */
    void shutGate() throws InterruptedException {
        means.gate().close(Deadline.after(Duration.ZERO));
    }

    public <T, X extends Exception> T write(WriteAction<T, X> action) throws X {
        return means.gate().pass(action);
    }

    public BackupReport backupNow(String name) {
        try {
            return join(name);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException("Interrupted while waiting for the backup \"" + name + "\"", interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = Drain.cause(failed);
            throw new BackupException(
                    means.redact().apply("The backup \"" + name + "\" failed: " + Failures.describe(cause)),
                    Failures.withoutSecrets(cause, means.redact()));
        } catch (TimeoutException late) {
            throw new BackupException("The backup \"" + name + "\" did not end in time", late);
        }
    }

    public ProtectionReport protect(BackupId id, boolean isProtected) {
        try {
            return keeper.protect(id, isProtected);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException("Interrupted while looking for the backup " + id, interrupted);
        }
    }

    public List<RetentionReport> retention() {
        try {
            return keeper.retention();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException("Interrupted while asking the sinks what they hold", interrupted);
        }
    }

    public RestoreReport restoreReport() {
        return restoreReport;
    }

    public BackupStatus status() {
        synchronized (monitor) {
            return new BackupStatus(state, restoreReport, lastBackup);
        }
    }

    public void uninstall() {
        synchronized (monitor) {
            ExitHook armed = hook;
            if (armed == null || !armed.disarm()) {
                return;
            }
            hook = null;
            state = BackupStatus.State.UNARMED;
            ARMED.remove(new Deployment(config.application(), contextClassLoader));
        }
        try {
            shutGate();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        close.run();
    }

    @Override
    public String toString() {
        return config.application() + ", " + status().state();
    }

    private BackupReport join(String name) throws InterruptedException, ExecutionException, TimeoutException {
        Task<BackupReport> task;
        synchronized (monitor) {
            if (state == BackupStatus.State.UNARMED) {
                throw new BackupException(
                        "Nothing is saved: install() came after the exit had begun, or uninstall() was" + " called");
            }
            Task<BackupReport> exit = exitRun;
            ManualRun joinable = waiting;
            if (exit != null) {
                task = exit;
            } else if (joinable != null) {
                task = joinable.task();
            } else {
                ManualRun run = new ManualRun(name);
                waiting = run;
                task = run.task();
            }
        }
        return task.await(Deadline.after(config.timeout().multipliedBy(3)));
    }

    /** A manual run. Waits for its turn; until its snapshot begins, others join it. */
    private final class ManualRun {
        private final String name;
        private @Nullable ManualRun previous;
        private final Task<BackupReport> task;
        private @Nullable Deadline deadline;

        ManualRun(String name) {
            this.name = name;
            this.previous = running;
            this.task = Task.start("run", contextClassLoader, this::run);
        }

        Task<BackupReport> task() {
            return task;
        }

        private BackupReport run() throws Exception {
            ManualRun before = previous;
            try {
                if (before != null) {
                    before.awaitEnd();
                }
            } finally {
                previous = null;
                synchronized (monitor) {
                    waiting = null;
                }
            }
            Task<BackupReport> exit;
            Deadline mine = Deadline.after(config.timeout());
            synchronized (monitor) {
                exit = exitRun;
                if (exit == null) {
                    running = this;
                    deadline = mine;
                }
            }
            if (exit != null) {
                return exit.await(Deadline.after(config.timeout()));
            }
            try {
                console.info("🔄 Backing up " + config.application() + ": " + name);
                Occasion occasion = new Occasion(now -> name, null, () -> {});
                BackupReport report = new BackupRun(means, occasion, config.timeout(), mine).run();
                ended(report);
                return report;
            } finally {
                mine.expire();
                synchronized (monitor) {
                    running = running == this ? null : running;
                }
            }
        }

        /** Whatever became of it. */
        private void awaitEnd() throws InterruptedException {
            try {
                task.await(Deadline.after(config.timeout()));
            } catch (ExecutionException | TimeoutException itsOwnAffair) {
                task.abandon();
            }
        }

        /** Its snapshot is older than the end of the drain: the exit makes its own. */
        void cancel() {
            Deadline mine = deadline;
            if (mine != null) {
                mine.expire();
            }
        }
    }

    /** The JVM's hook runs this. It returns at the deadline at the latest, whatever the run does. */
    private void exit() {
        Deadline deadline = Deadline.after(config.timeout());
        Duration margin = Duration.ofMillis(Math.min(250, config.timeout().toMillis() / 20));
        Deadline work = deadline.atMost(config.timeout().minus(margin));
        ShutdownReason reason = ExitReason.detect();
        console.exitBegins();
        console.warn("⚠️ " + reason.line());
        try {
            Task<BackupReport> task = startExitRun(reason, work);
            BackupReport report = await(task, work, deadline);
            if (report != null) {
                finish(report, deadline);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            console.flush(deadline.atMost(LONGEST_FLUSH));
        }
    }

    private Task<BackupReport> startExitRun(ShutdownReason reason, Deadline work) {
        synchronized (monitor) {
            state = BackupStatus.State.STOPPING;
            Occasion occasion =
                    new Occasion(now -> "Auto-backup - " + NAME_TIME.format(now), reason, this::cancelOlderRun);
            Task<BackupReport> task = Task.start("exit-run", contextClassLoader, () -> {
                console.info("🔄 Auto-backing up " + config.application() + "...");
                return new BackupRun(means, occasion, config.timeout(), work).run();
            });
            exitRun = task;
            return task;
        }
    }

    private void cancelOlderRun() {
        ManualRun older;
        synchronized (monitor) {
            older = running;
        }
        if (older != null) {
            older.cancel();
        }
    }

    private @Nullable BackupReport await(Task<BackupReport> task, Deadline work, Deadline deadline)
            throws InterruptedException {
        try {
            task.await(work);
        } catch (ExecutionException | TimeoutException notYet) {
            // A run whose sinks were cut off at the deadline ends within the margin.
        }
        try {
            return task.await(
                    deadline.atMost(Duration.ofMillis(deadline.remaining().toMillis() / 2)));
        } catch (ExecutionException failed) {
            console.error("❌ Backup failed: " + Failures.describe(Drain.cause(failed)));
        } catch (TimeoutException hangs) {
            console.error("❌ Backup failed: not finished within "
                    + config.timeout().toMillis() + " ms" + Failures.stack(task.stack()));
        }
        return null;
    }

    private void finish(BackupReport report, Deadline deadline) throws InterruptedException {
        ended(report);
        console.summary("Graceful Backup: " + Summary.of(report));
        listeners.tell(
                report, deadline.atMost(deadline.remaining().dividedBy(2)).atMost(LONGEST_LISTENING));
    }

    /** Notes and says what became of a run. */
    private void ended(BackupReport report) {
        @Nullable Instant before;
        synchronized (monitor) {
            lastBackup = report;
            before = lastStored;
            if (report.isStored()) {
                lastStored = means.clock().instant().minus(report.took());
            }
        }
        report.failureReason()
                .ifPresent(why -> console.error("❌ Backup failed: " + why + "\n   " + newestBackup(before)));
        if (report.id() != null && !report.isStored() && !isSkippedEverywhere(report)) {
            console.error("❌ No sink has stored it\n   " + newestBackup(before));
        }
        if (report.shutdown() == null) {
            listeners.tell(report);
        }
    }

    private static boolean isSkippedEverywhere(BackupReport report) {
        return report.sinks().stream().allMatch(SinkResult.Skipped.class::isInstance);
    }

    /** What the state falls back to when there is no backup now. */
    private String newestBackup(@Nullable Instant storedInThisRun) {
        Instant now = means.clock().instant();
        if (storedInThisRun != null) {
            return "The last backup is "
                    + Duration.between(storedInThisRun, now).toSeconds() + " s old";
        }
        return restoreReport
                .restoredBackup()
                .map(header -> "The last backup is the restored one, " + header.name() + ", "
                        + Duration.between(header.createdAt(), now).toSeconds() + " s old")
                .orElse("There is no earlier backup");
    }
}
