package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.internal.readiness.SinkReadiness.Sinks;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether the exit of one installation would save. Begins to find out beside the restore, and goes on while the application runs.
 * Safe for use by several threads.
 */
public final class Readiness {
    private final ExitClasses classes;
    private final OperatorLog log;
    private final Findings findings;
    private final RehearsalSchedule schedule = new RehearsalSchedule(System::nanoTime);
    private final SinkReadiness sinks;
    private @Nullable Task<?> rehearsals;
    private boolean isStopped;
    private final AtomicBoolean isSettled = new AtomicBoolean();

    /**
     * Begins to ask the sinks whether they could store a backup.
     *
     * @param classes what the exit needs, being loaded
     * @param sinks those that a backup would go to
     * @param broken why a provider could not be loaded, by its name
     * @param allRequired whether the application asks for all sinks
     */
    public Readiness(
            ExitClasses classes,
            List<BackupSink> sinks,
            Map<String, String> broken,
            boolean allRequired,
            StatusTracker status,
            OperatorLog log,
            UnaryOperator<String> redact,
            Threads threads) {
        this.classes = classes;
        this.log = log;
        this.findings = new Findings(status);
        this.sinks = new SinkReadiness(
                new Sinks(sinks, broken, allRequired), findings, Timeouts.SINK_PROBE_INTERVAL, log, redact, threads);
    }

    /**
     * Decides whether the application may start. The first call counts; later ones return at once.
     *
     * @param hasRestored whether a state was restored
     * @throws io.gracefulbackup.RestoreRefusedException if nothing was restored, and nothing could be saved either
     * @throws io.gracefulbackup.BackupConfigurationException if the class path lacks what the exit needs
     */
    public void settle(boolean hasRestored) throws InterruptedException {
        if (isSettled.compareAndSet(false, true)) {
            classes.await(log);
            sinks.settle(hasRestored);
        }
    }

    /** Begins to rehearse backups, unless {@link #stop} was called before. */
    public synchronized void rehearse(Rehearsal.Stage stage, RunQueue runs) {
        if (!isStopped) {
            rehearsals = new Rehearsals(stage, runs, schedule, findings, log).start();
        }
    }

    /** A backup was stored: a rehearsal has time. */
    public void backedUp() {
        schedule.backedUp();
    }

    /** Ends all work in the background: the process exits, or the installation ends. Does not wait. */
    public synchronized void stop() {
        isStopped = true;
        sinks.stop();
        if (rehearsals != null) {
            rehearsals.abandon();
        }
    }
}
