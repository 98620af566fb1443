package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.restore.Restore;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.StateGuard;

/** What a {@link Role} needs of the installation that it belongs to. */
public interface InstanceHost {
    /**
     * A restore, for one use.
     *
     * @param followsChoices whether the settings that choose a backup, or none, count: only for the first restore of a process
     */
    Restore newRestore(boolean followsChoices);

    /** Keeps restores and snapshots apart. */
    StateGuard stateGuard();

    /** Where this process stands among the backups. */
    Lineage lineage();

    /**
     * Decides whether the application may start here. The first call counts: it waits a few seconds at most for sinks that
     * do not answer. Comes before anything is armed, or given to the application's actions.
     *
     * @param hasRestored whether a state was restored
     * @throws io.gracefulbackup.RestoreRefusedException if nothing was restored, and nothing could be saved either
     * @throws io.gracefulbackup.BackupConfigurationException if the class path lacks what the exit needs
     */
    void requireReadiness(boolean hasRestored) throws InterruptedException;

    /** The state in memory is now the one of this outcome: the next backup follows it. */
    void adopt(StartOutcome outcome) throws InterruptedException;

    /**
     * Arms the exit: from here on it saves.
     *
     * @return false if the exit has begun
     */
    boolean arm(BackupStatus.State state);

    /**
     * The state that hosts and listeners see has changed.
     *
     * @param detail what this instance is doing within the state, for people
     */
    void entered(BackupStatus.State state, String detail);

    /**
     * Reports a restored state to the operator, to listeners and in the status.
     *
     * @param first whether it is the first of this process
     */
    RestoreReport reportStart(StartOutcome outcome, boolean first);

    /** The report of the last restore. */
    RestoreReport restoreReport();

    /**
     * Runs the host's {@code onActive} actions. Exceptions of a single action are logged and otherwise ignored, except after an
     * empty start.
     *
     * @throws io.gracefulbackup.BackupException if an action failed after an empty start, so that the initial data is incomplete
     */
    void activate(RestoreReport report);

    /** Ends the repair of sinks and runs the host's {@code onRetire} actions. */
    void retire();

    /**
     * Does what can wait until the application runs: leaves the receipt of a running process, and repairs sinks.
     *
     * @param first whether it is the first restore of this process
     */
    void settle(StartOutcome outcome, boolean first) throws InterruptedException;

    /** Ends the repair of sinks and makes the backup that another instance restores. */
    BackupReport handOver(SavePermit permit);
}
