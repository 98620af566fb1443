package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.WriteAction;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.handoff.Coordinator;
import io.gracefulbackup.internal.hook.ExitHook;
import io.gracefulbackup.internal.hook.ExitReason;
import io.gracefulbackup.internal.pointers.ReceiptWriter;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.Summary;
import io.gracefulbackup.internal.restore.LiveRestore;
import io.gracefulbackup.internal.restore.SinkRepair;
import io.gracefulbackup.internal.retention.BackupAdmin;
import io.gracefulbackup.internal.run.BackupRun;
import io.gracefulbackup.internal.run.BackupTrigger;
import io.gracefulbackup.internal.run.Checkpoints;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(2);
    private static final Duration LONGEST_LISTENING = Duration.ofSeconds(2);

    private final BackupConfig config;
    private final Components parts;
    private final BackupRun.RunComponents means;
    private final BackupAdmin keeper;
    private final Listeners listeners;
    private final ReceiptWriter receipts;
    private final ClassLoader contextClassLoader;
    private final OperatorLog console;
    private final RunQueue runs;
    private final @Nullable Coordinator coordinator;

    private final Object monitor = new Object();
    private BackupStatus.State state = BackupStatus.State.UNARMED;
    private @Nullable ExitHook hook;
    private RestoreReport restoreReport;
    private @Nullable BackupReport lastBackup;
    private @Nullable Long lastStored;
    private @Nullable Checkpoints checkpoints;
    private @Nullable SinkRepair healing;

    public Engine(
            Components parts,
            BackupRun.RunComponents means,
            Listeners listeners,
            ReceiptWriter receipts,
            RestoreReport restoreReport,
            @Nullable Coordinator coordinator) {
        this.parts = parts;
        this.config = parts.config();
        this.means = means;
        this.keeper = new BackupAdmin(
                parts.catalog(),
                parts.loader().sinks(),
                config.host().retention(),
                means.lineage(),
                config.startTimeout(),
                means.clock(),
                parts.redact());
        this.listeners = listeners;
        this.coordinator = coordinator;
        this.receipts = receipts;
        this.restoreReport = restoreReport;
        this.contextClassLoader = parts.contextClassLoader();
        this.console = means.console();
        this.runs = new RunQueue(means, config.timeout(), contextClassLoader, this::ended);
    }

    /** See {@code GracefulShutdown.Builder.install()}. */
    public static Engine install(BuilderState plan) {
        return Installation.install(plan);
    }

    /** See {@code GracefulShutdown.Builder.plan()}. */
    public static StartPlan plan(BuilderState plan) {
        return Installation.plan(plan);
    }

    /** Arms the hook; from here on the exit saves. False if the exit has begun. */
    public boolean arm() {
        synchronized (monitor) {
            if (!ARMED.add(new Deployment(config.application(), contextClassLoader))) {
                throw new BackupException("Graceful Backup is installed already for \"" + config.application()
                        + "\" in this process; keep its handle, or call uninstall() first");
            }
            hook = ExitHook.arm(this::exit).orElse(null);
            if (hook == null) {
                return false;
            }
            state = coordinator == null ? BackupStatus.State.ACTIVE : BackupStatus.State.STANDBY;
            listeners.tell(state);
            return true;
        }
    }

    /** From here on a killed process loses no more than the interval. */
    public void startCheckpoints() {
        config.interval().ifPresent(interval -> {
            Checkpoints started = Checkpoints.every(interval, this::checkpoint, console, contextClassLoader);
            synchronized (monitor) {
                checkpoints = started;
            }
        });
    }

    private void checkpoint() {
        if (means.mandate().get().isPresent() && status().state() != BackupStatus.State.STOPPING) {
            backup(BackupTrigger.checkpoint());
        }
    }

    /** Nothing will be saved any more, so nothing is acknowledged. */
    public void shutGate() throws InterruptedException {
        means.gate().close(Deadline.after(Duration.ZERO));
    }

    public <T, X extends Exception> T write(WriteAction<T, X> action) throws X {
        Coordinator turns = coordinator;
        if (turns != null && !means.gate().isOpen()) {
            turns.awaitTurn();
        }
        return means.gate().pass(action);
    }

    /** See {@code GracefulShutdown.read}. */
    public <T, X extends Exception> T read(WriteAction<T, X> action) throws X {
        requestHandoff();
        return action.run();
    }

    /** See {@code GracefulShutdown.requestHandoff}. */
    public void requestHandoff() {
        Coordinator turns = coordinator;
        if (turns != null && !turns.hasState()) {
            turns.awaitTurn();
            if (!turns.hasState()) {
                throw new NotAcknowledgedException(
                        "Another instance of the application has the state, or is about to get it, and this one is "
                                + status().state() + ". Try again in a moment");
            }
        }
    }

    /** See {@code GracefulShutdown.awaitActive}. */
    public boolean awaitActive(Duration patience) throws InterruptedException {
        return means.gate().awaitOpen(Deadline.after(patience));
    }

    // ---- what comes of a start

    /** The application has this state now. */
    public void restored(RestoreReport report) {
        synchronized (monitor) {
            restoreReport = report;
        }
        listeners.tell(report);
    }

    /** Lets the host do what comes before the first change. */
    public void hostIsActive(RestoreReport report) {
        config.host().onActive().forEach(action -> hostCode("onActive", () -> action.accept(report)));
    }

    /** What the host's code throws stops nothing. */
    public void hostCode(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error broken) {
            console.error("❌ " + what + " failed: " + Failures.describe(broken));
        }
    }

    /** To the others it is something else than before. */
    public void entered(BackupStatus.State now) {
        synchronized (monitor) {
            if (state == BackupStatus.State.UNARMED || state == BackupStatus.State.STOPPING) {
                return;
            }
            state = now;
        }
        listeners.tell(now);
    }

    /** This process runs, and has not ended yet. */
    void running(Deadline deadline) throws InterruptedException {
        receipts.running(deadline);
    }

    /** Brings what was restored to the sinks that lack it. */
    void heal(BackupHeader restored, Inventory inventory) throws InterruptedException {
        SinkRepair mine = new SinkRepair(parts.fetch(), parts.pointers(), means.holdings(), console);
        synchronized (monitor) {
            if (state != BackupStatus.State.ACTIVE) {
                return;
            }
            healing = mine;
        }
        mine.run(restored, inventory, parts.loader().sinks());
    }

    public void stopHealing() {
        SinkRepair present;
        synchronized (monitor) {
            present = healing;
        }
        if (present != null) {
            present.stop();
        }
    }

    /** Saves for the instance that goes on. */
    public BackupReport handOver(SavePermit mandate) {
        stopHealing();
        BackupReport report = runs.handOver(mandate);
        ended(report);
        return report;
    }

    public BackupReport backupNow(String name) {
        return backup(BackupTrigger.manual(name));
    }

    private BackupReport backup(BackupTrigger occasion) {
        BackupStatus.State now = status().state();
        if (now == BackupStatus.State.UNARMED) {
            throw new BackupException(
                    "Nothing is saved: install() came after the exit had begun, or uninstall() was called");
        }
        if (now != BackupStatus.State.STOPPING && means.mandate().get().isEmpty()) {
            throw new BackupException("Nothing is saved: this instance does not have the state, it is " + now);
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
            return new BackupStatus(state, restoreReport, lastBackup, coordinator == null ? 0 : coordinator.epoch());
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
        stopHealing();
        try {
            shutGate();
            if (coordinator != null) {
                coordinator.close();
            }
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
                listeners.tell(state);
            }
            stopHealing();
            Task<BackupReport> task = runs.exit(reason, work, this::exitMandate);
            BackupReport report = await(task, work, deadline);
            endTurn(deadline);
            if (report != null) {
                finish(report, deadline);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            console.flush(deadline.atMost(LONGEST_FLUSH));
        }
    }

    /** By what right the exit saves, when its drain has ended. */
    private Optional<SavePermit> exitMandate() {
        Coordinator turns = coordinator;
        return turns == null ? Optional.of(SavePermit.ALONE) : turns.stop();
    }

    /** The lease is let go, so that the next instance need not wait until it runs out. */
    private void endTurn(Deadline deadline) throws InterruptedException {
        Coordinator turns = coordinator;
        if (turns != null) {
            turns.ended();
            turns.awaitFinished(
                    deadline.atMost(deadline.remaining().dividedBy(2)).atMost(LONGEST_GOODBYE));
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
            console.error("❌ Backup failed: " + Failures.describe(Failures.cause(failed)));
        } catch (TimeoutException hangs) {
            console.error("❌ Backup failed: not finished within "
                    + config.timeout().toMillis() + " ms" + Failures.stack(task.stack()));
        }
        return null;
    }

    private void finish(BackupReport report, Deadline deadline) throws InterruptedException {
        ended(report);
        if (!config.pullRequest() && !isWithoutState(report)) {
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
            ExitForecast.after(report, config.timeout()).ifPresent(console::warn);
            listeners.tell(report);
        }
    }

    /** An instance that had nothing to save leaves no word of that for the next one. */
    private static boolean isWithoutState(BackupReport report) {
        return report.id() == null && report.failureReason().isEmpty();
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
