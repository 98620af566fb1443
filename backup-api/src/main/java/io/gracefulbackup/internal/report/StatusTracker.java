package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.RestoreReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host can ask about its handle: state, last restore, last backup. Tells listeners of changes, in the order in which they
 * happen: a change and its event are one step. Safe for use by several threads.
 */
public final class StatusTracker {
    private static final RestoreReport PENDING = new RestoreReport(
            RestoreReport.Outcome.PENDING, null, null, List.of(Messages.STATE_PENDING), null, Duration.ZERO);

    private final Listeners listeners;
    private final Object monitor = new Object();
    private BackupStatus.State state = BackupStatus.State.PREPARED;
    private String detail = state.name();
    private RestoreReport restoreReport = PENDING;
    private @Nullable BackupReport lastBackup;
    private @Nullable Long lastStoredNanos;
    private List<ReadinessFinding> findings = List.of();

    /** Creates a status before the first restore. */
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
            return new BackupStatus(state, detail, restoreReport, lastBackup, epoch, findings);
        }
    }

    /** The status of a handle that was not started. */
    public static BackupStatus withoutStart(BackupStatus.State state) {
        return new BackupStatus(state, state.name(), PENDING, null, 0, List.of());
    }

    /** Enters a state, unless the final backup has begun: from there on only {@link #closed()} changes the state. */
    public void enter(BackupStatus.State now) {
        enter(now, now.name());
    }

    /**
     * Enters a state, as {@link #enter(BackupStatus.State)} does.
     *
     * @param what what the instance is doing within the state, for people
     */
    public void enter(BackupStatus.State now, String what) {
        synchronized (monitor) {
            if (state != BackupStatus.State.STOPPING && state != BackupStatus.State.CLOSED) {
                change(now, what);
            }
        }
    }

    /** Nothing is saved any more. */
    public void closed() {
        synchronized (monitor) {
            change(BackupStatus.State.CLOSED, BackupStatus.State.CLOSED.name());
        }
    }

    /** The caller holds the monitor. */
    private void change(BackupStatus.State now, String what) {
        detail = what;
        if (state != now) {
            state = now;
            listeners.tell(now);
        }
    }

    /** The state in memory comes from this restore. */
    public void restored(RestoreReport report) {
        synchronized (monitor) {
            restoreReport = report;
            listeners.tell(report);
        }
    }

    /** What endangers the next backup has changed. */
    public void findings(List<ReadinessFinding> now) {
        synchronized (monitor) {
            findings = now;
            listeners.tell(now);
        }
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
        return restoreReport().restored().map(Messages::lastBackupIsRestored).orElse(Messages.NO_EARLIER_BACKUP);
    }
}
