package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.WriteAction;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.HostPlan;
import io.gracefulbackup.internal.hook.ExitHook;
import io.gracefulbackup.internal.hook.ExitReason;
import io.gracefulbackup.spi.BackupId;
import io.gracefulbackup.spi.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What stands behind the handle: knows which triggers have come, and lets each have the one run that is right for it. */
public final class Engine {
    /** Two of one deployment would make two backups at each exit, and a fork every time. */
    private static final Set<Deployment> ARMED = ConcurrentHashMap.newKeySet();

    private record Deployment(String application, ClassLoader classLoader) {}

    private static final Duration RECEIPT_PATIENCE = Duration.ofSeconds(1);
    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(1);
    private static final Duration LONGEST_LISTENING = Duration.ofSeconds(2);

    private final BackupConfig config;
    private final Assembly parts;
    private final BackupRun.Means means;
    private final Keeper keeper;
    private final Listeners listeners;
    private final Healing healing;
    private final Receipts receipts;
    private final ClassLoader contextClassLoader;
    private final Console console;
    private final Runs runs;

    private final Object monitor = new Object();
    private BackupStatus.State state = BackupStatus.State.UNARMED;
    private @Nullable ExitHook hook;
    private RestoreReport restoreReport;
    private @Nullable BackupReport lastBackup;
    private @Nullable Long lastStored;
    private @Nullable Checkpoints checkpoints;

    Engine(
            Assembly parts,
            BackupRun.Means means,
            Listeners listeners,
            Healing healing,
            Receipts receipts,
            RestoreReport restoreReport) {
        this.parts = parts;
        this.config = parts.config();
        this.means = means;
        this.keeper = new Keeper(
                parts.catalog(),
                parts.loader().sinks(),
                config.host().retention(),
                means.lineage(),
                config.startTimeout(),
                means.clock(),
                parts.redact());
        this.listeners = listeners;
        this.healing = healing;
        this.receipts = receipts;
        this.restoreReport = restoreReport;
        this.contextClassLoader = parts.contextClassLoader();
        this.console = means.console();
        this.runs = new Runs(means, config.timeout(), contextClassLoader, this::ended);
    }

    /** See {@code GracefulShutdown.Builder.install()}. */
    public static Engine install(HostPlan plan) {
        return Installation.install(plan);
    }

    /** See {@code GracefulShutdown.Builder.plan()}. */
    public static StartPlan plan(HostPlan plan) {
        return Installation.plan(plan);
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

    /** From here on a killed process loses no more than the interval. */
    void startCheckpoints() {
        config.interval().ifPresent(interval -> {
            Checkpoints started = Checkpoints.every(interval, this::checkpoint, console, contextClassLoader);
            synchronized (monitor) {
                checkpoints = started;
            }
        });
    }

    private void checkpoint() {
        if (status().state() == BackupStatus.State.ACTIVE) {
            backup(Occasion.checkpoint());
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
        return backup(Occasion.manual(name));
    }

    private BackupReport backup(Occasion occasion) {
        if (status().state() == BackupStatus.State.UNARMED) {
            throw new BackupException(
                    "Nothing is saved: install() came after the exit had begun, or uninstall() was called");
        }
        return runs.join(occasion);
    }

    /** See {@code GracefulShutdown.restore}. */
    public RestoreReport restore(BackupId id) {
        if (status().state() != BackupStatus.State.ACTIVE) {
            throw new BackupException(
                    "Not restored, nothing has changed: the library is " + status().state() + ", not ACTIVE");
        }
        RestoreReport report = runs.exclusively(
                "The restore of " + id,
                exit -> new LiveRestore(
                                means, parts.catalog(), parts.fetch(), parts.sections(), config.timeout(), this::ended)
                        .run(id, exit));
        synchronized (monitor) {
            restoreReport = report;
        }
        listeners.tell(report);
        return report;
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
        synchronized (monitor) {
            return restoreReport;
        }
    }

    public BackupStatus status() {
        synchronized (monitor) {
            return new BackupStatus(state, restoreReport, lastBackup);
        }
    }

    public void uninstall() {
        Checkpoints stopped;
        synchronized (monitor) {
            ExitHook armed = hook;
            if (armed == null || !armed.disarm()) {
                return;
            }
            hook = null;
            state = BackupStatus.State.UNARMED;
            ARMED.remove(new Deployment(config.application(), contextClassLoader));
            stopped = checkpoints;
        }
        if (stopped != null) {
            stopped.stop();
        }
        healing.stop();
        try {
            shutGate();
            receipts.withdrawn(Deadline.after(RECEIPT_PATIENCE));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        parts.close();
    }

    @Override
    public String toString() {
        return config.application() + ", " + status().state();
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
            synchronized (monitor) {
                state = BackupStatus.State.STOPPING;
            }
            healing.stop();
            Task<BackupReport> task = runs.exit(reason, work);
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
        if (!config.pullRequest()) {
            receipts.ended(report, deadline.atMost(deadline.remaining().dividedBy(2)));
        }
        console.summary("Graceful Backup: " + Summary.of(report));
        listeners.tell(
                report, deadline.atMost(deadline.remaining().dividedBy(2)).atMost(LONGEST_LISTENING));
    }

    /** Notes and says what became of a run. */
    private void ended(BackupReport report) {
        @Nullable Long before;
        synchronized (monitor) {
            lastBackup = report;
            before = lastStored;
            if (report.isStored()) {
                lastStored = System.nanoTime() - report.took().toNanos();
            }
        }
        report.failureReason()
                .ifPresent(why -> console.error("❌ Backup failed: " + why + "\n   " + newestBackup(before)));
        if (report.id() != null && !report.isStored() && !isSkippedEverywhere(report)) {
            console.error("❌ No sink has stored it\n   " + newestBackup(before));
        }
        if (report.shutdown() == null) {
            Rehearsal.after(report, config.timeout()).ifPresent(console::warn);
            listeners.tell(report);
        }
    }

    private static boolean isSkippedEverywhere(BackupReport report) {
        return report.sinks().stream().allMatch(SinkResult.Skipped.class::isInstance);
    }

    /** What the state falls back to when there is no backup now. */
    private String newestBackup(@Nullable Long storedAt) {
        if (storedAt != null) {
            return "The last backup is " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - storedAt) + " s old";
        }
        return restoreReport()
                .restoredBackup()
                .map(header -> "The last backup is the restored one, " + header.name() + ", of " + header.createdAt())
                .orElse("There is no earlier backup");
    }
}
