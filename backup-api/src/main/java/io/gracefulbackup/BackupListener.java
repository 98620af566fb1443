package io.gracefulbackup;

import java.util.List;

/**
 * Receives lifecycle events. Exceptions are logged and otherwise ignored.
 *
 * <p>All listeners share one daemon thread of the library, which makes one call at a time. A slow listener delays the
 * events after it, but no backup; it may call {@link GracefulShutdown}. An event may arrive after the call that caused
 * it has returned. At the exit the last events are waited for, for at most 2 s within {@code BACKUP_TIMEOUT}; what
 * takes longer is cut off by the end of the process.
 *
 * <pre>{@code
 * final class BackupMetrics implements BackupListener {
 *     @Override
 *     public void onBackup(BackupReport report) {
 *         counter("backups", "complete", report.isComplete()).increment();
 *         report.failure().ifPresent(reason -> alert("no backup: " + reason));
 *     }
 * }
 * }</pre>
 */
public interface BackupListener {
    /** A backup run has ended, successfully or not. Checkpoints that found no change are reported as well. */
    default void onBackup(BackupReport report) {}

    /**
     * The application has a state: at the start, by {@link GracefulShutdown#restore}, or from another instance. Not
     * called if {@code install()} throws.
     */
    default void onRestore(RestoreReport report) {}

    /** The state of the library has changed. Called in the order of the changes, the last one with {@link
     * BackupStatus.State#CLOSED}. */
    default void onState(BackupStatus.State state) {}

    /**
     * What endangers the next backup has changed: a sink cannot store, or can again; a source failed at a rehearsal, or not
     * any more.
     *
     * @param findings all present findings, as in {@link BackupStatus#findings()}; empty if nothing is known to be wrong
     */
    default void onFindings(List<ReadinessFinding> findings) {}
}
