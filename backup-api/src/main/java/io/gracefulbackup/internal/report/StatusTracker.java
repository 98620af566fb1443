package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.RestoreReport;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a host can ask about its handle: state, last restore, last backup. Tells listeners of changes. Safe for several threads. */
public final class StatusTracker {
    private static final RestoreReport PENDING = new RestoreReport(
            RestoreReport.Outcome.PENDING, null, null, List.of(Messages.STATE_PENDING), null, Duration.ZERO);

    private final Listeners listeners;
    private final Object monitor = new Object();
    private BackupStatus.State state = BackupStatus.State.UNARMED;
    private RestoreReport restoreReport = PENDING;
    private @Nullable BackupReport lastBackup;
    private @Nullable Long lastStoredNanos;

    /** Creates a status that is not armed, before the first restore. */
    public StatusTracker(Listeners listeners) {
        this.listeners = listeners;
    }

    /** The state. */
    public BackupStatus.State state() {
        synchronized (monitor) {
            return state;
        }
    }

    /** The report of the last restore. */
    public RestoreReport restoreReport() {
        synchronized (monitor) {
            return restoreReport;
        }
    }

    /** Everything at once. */
    public BackupStatus status(long epoch) {
        synchronized (monitor) {
            return new BackupStatus(state, restoreReport, lastBackup, epoch);
        }
    }

    /**
     * Arms the exit and enters the state in one step, so that an exit that begins at once comes after it.
     *
     * @param hook arms the exit; false if it has begun
     * @return whether the exit is armed
     */
    public boolean arm(BackupStatus.State now, BooleanSupplier hook) {
        synchronized (monitor) {
            if (!hook.getAsBoolean()) {
                return false;
            }
            state = now;
            listeners.tell(now);
            return true;
        }
    }

    /**
     * Disarms the exit. Listeners are not told.
     *
     * @param hook disarms the exit; false if it has begun or is not armed
     * @return whether the exit is disarmed now
     */
    public boolean disarm(BooleanSupplier hook) {
        synchronized (monitor) {
            if (!hook.getAsBoolean()) {
                return false;
            }
            state = BackupStatus.State.UNARMED;
            return true;
        }
    }

    /** The exit has begun. */
    public void stopping() {
        synchronized (monitor) {
            state = BackupStatus.State.STOPPING;
            listeners.tell(state);
        }
    }

    /** The role of this instance has changed. Has no effect before the exit is armed and once it has begun. */
    public void enter(BackupStatus.State now) {
        synchronized (monitor) {
            if (state == BackupStatus.State.UNARMED || state == BackupStatus.State.STOPPING) {
                return;
            }
            state = now;
        }
        listeners.tell(now);
    }

    /** The state in memory comes from this restore. */
    public void restored(RestoreReport report) {
        synchronized (monitor) {
            restoreReport = report;
        }
        listeners.tell(report);
    }

    /**
     * A backup run has ended.
     *
     * @return what the state would have fallen back to without this run, in words
     */
    public String backedUp(BackupReport report) {
        @Nullable Long before;
        synchronized (monitor) {
            lastBackup = report;
            before = lastStoredNanos;
            if (report.isStored()) {
                lastStoredNanos = System.nanoTime() - report.took().toNanos();
            }
        }
        if (before != null) {
            return Messages.lastBackupAge(
                    Duration.ofNanos(System.nanoTime() - before).toSeconds());
        }
        return restoreReport()
                .restoredBackup()
                .map(Messages::lastBackupIsRestored)
                .orElse(Messages.NO_EARLIER_BACKUP);
    }
}
