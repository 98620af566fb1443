package io.gracefulbackup;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of the library at one moment. It does not change afterwards; ask again for a newer one. Later versions of
 * the library may add values.
 */
public final class BackupStatus {
    private final State state;
    private final String detail;
    private final RestoreReport restore;
    private final @Nullable BackupReport lastBackup;
    private final long epoch;
    private final List<ReadinessFinding> findings;

    /**
     * What an application can rely on. Without a lease only {@link #PREPARED}, {@link #RESTORING}, {@link #ACTIVE},
     * {@link #STOPPING} and {@link #CLOSED} occur; the others belong to instances that {@linkplain
     * GracefulShutdown.Builder#handoff overlap}.
     */
    public enum State {
        /** {@link GracefulShutdown#start} has not been called yet. No changes are accepted, and nothing is saved. */
        PREPARED,
        /**
         * No changes are accepted: another instance has the state, or the lease cannot be reached and its term has
         * ended. The first change or {@link GracefulShutdown#requestHandoff} asks for the state.
         */
        STANDBY,
        /** This instance is getting the state: sources read a backup, or {@link Handoff#onActive} actions run. */
        RESTORING,
        /** Changes are accepted, and the exit will save them. */
        ACTIVE,
        /** Changes are accepted, but the lease cannot be reached: when its term ends, no more will be. */
        DEGRADED,
        /**
         * This instance hands over the state to another one, or has done so. It accepts no changes, and resumes only if
         * no other instance takes over. It can be stopped without loss.
         */
        RETIRED,
        /** This instance could not restore the state, and leaves it to others. The log says why. */
        FAILED,
        /** The final backup has begun, or is made. Changes are accepted only while drain steps run. */
        STOPPING,
        /**
         * Nothing will be saved: {@link GracefulShutdown#close} or {@link GracefulShutdown#uninstall} was called, or
         * the exit had begun before {@code install()} ended.
         */
        CLOSED;

        /** Whether changes are accepted, and will be saved. */
        public boolean acceptsWrites() {
            return this == ACTIVE || this == DEGRADED;
        }
    }

    /**
     * Creates a status. The library makes it; tests may make their own.
     *
     * @param state see {@link #state()}
     * @param detail see {@link #detail()}
     * @param restore see {@link #restore()}
     * @param lastBackup see {@link #lastBackup()}
     * @param epoch see {@link #epoch()}
     * @param findings see {@link #findings()}
     */
    public BackupStatus(
            State state,
            String detail,
            RestoreReport restore,
            @Nullable BackupReport lastBackup,
            long epoch,
            List<ReadinessFinding> findings) {
        this.state = state;
        this.detail = detail;
        this.restore = restore;
        this.lastBackup = lastBackup;
        this.epoch = epoch;
        this.findings = List.copyOf(findings);
    }

    /** What the application can rely on. */
    public State state() {
        return state;
    }

    /**
     * What this instance is doing within its state, for people: the phase of the handoff protocol where instances
     * overlap, such as {@code PREFLIGHTED}; else the name of the state. Not to be decided upon: names may change.
     */
    public String detail() {
        return detail;
    }

    /** How the application came by its state. */
    public RestoreReport restore() {
        return restore;
    }

    /** The report of the last backup run of this process that has ended. */
    public Optional<BackupReport> lastBackup() {
        return Optional.ofNullable(lastBackup);
    }

    /** The epoch of the lease that this instance holds or held last; 0 without a lease. */
    public long epoch() {
        return epoch;
    }

    /**
     * What endangers the next backup, as far as probes of the sinks and rehearsals have shown; unmodifiable, and empty if
     * nothing does. Each finding was logged when it appeared, and is told to {@link BackupListener#onFindings}.
     */
    public List<ReadinessFinding> findings() {
        return findings;
    }

    /** The state, for logs. Findings are counted. */
    @Override
    public String toString() {
        return "BackupStatus[" + state + ", " + detail + ", restore=" + restore + ", lastBackup=" + lastBackup
                + ", epoch=" + epoch + ", findings=" + findings.size() + "]";
    }
}
