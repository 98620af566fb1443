package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.Phase;
import io.gracefulbackup.internal.run.SavePermit;
import java.util.List;
import java.util.Optional;

/**
 * What the handoff protocol has done with the state. An action may take long unless it says otherwise, and is called on a thread
 * of its own; {@link #activate} and {@link #retire} are called one after the other.
 */
interface HandoffActions {
    /**
     * Checks that the newest backup can be restored here. Touches nothing.
     *
     * @return the highest epoch in any authenticated header
     */
    long preflight() throws Exception;

    /**
     * Restores the state.
     *
     * @param only the backup that holds everything acknowledged, or empty for the newest
     * @param handedOver whether the instance that made it was asked to, and can resume with its own state
     */
    RestoredState restore(Optional<BackupId> only, boolean handedOver) throws Exception;

    /** Saves the state once the changes under way have ended. */
    void save(SavePermit permit) throws Exception;

    /** This instance is active in this epoch: every backup from now on has it. Must not block. */
    void raiseEpoch(long epoch);

    /**
     * This instance has the state, in this epoch; the gate opens once this has returned. An exception means that it does not, and
     * that the state in memory is given up.
     */
    void activate(long epoch);

    /** This instance accepts no more changes. */
    void retire();

    /**
     * What this instance does has changed. Must not block.
     *
     * @param acceptsChanges whether the gate is open
     */
    void entered(Phase phase, boolean acceptsChanges);

    /**
     * A restored state.
     *
     * @param highestEpoch the highest epoch in any authenticated header
     * @param lineage the restored backup and its ancestors, newest first; empty at an empty start
     */
    record RestoredState(long highestEpoch, List<BackupId> lineage) {}
}
