package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseResult;
import java.util.List;

/** Something that happened to an instance. */
public sealed interface Event {

    /** Returns when the instance learnt of it. */
    ProcessTime at();

    /** Time has passed. */
    record Tick(ProcessTime at) implements Event {}

    /**
     * A step was answered.
     *
     * @param number the number of the command
     */
    record Answered(ProcessTime at, long number, LeaseResult answer) implements Event {}

    /**
     * A step was given up without an answer. Whether the server has taken it, or still will, is unknown.
     *
     * @param number the number of the command
     */
    record Unanswered(ProcessTime at, long number) implements Event {}

    /** The application wants the state: it was about to change or to read it, or called {@code requestHandoff()}. */
    record Asked(ProcessTime at) implements Event {}

    /**
     * The newest backup can be restored here.
     *
     * @param number the number of the command
     * @param highestEpoch the highest epoch in any authenticated header
     */
    record Preflighted(ProcessTime at, long number, long highestEpoch) implements Event {}

    /**
     * The state is restored.
     *
     * @param number the number of the command
     * @param highestEpoch the highest epoch in any authenticated header
     * @param lineage the restored backup and its ancestors, the newest first; empty if there was nothing to restore
     */
    record Restored(ProcessTime at, long number, long highestEpoch, List<BackupId> lineage) implements Event {
        /** Copies the list. */
        public Restored {
            lineage = List.copyOf(lineage);
        }
    }

    /**
     * The state is saved: the store that keeps the lease has verified the backup and made it visible.
     *
     * @param number the number of the command
     * @param isFork whether another instance had acquired the lease before
     */
    record Saved(ProcessTime at, long number, BackupId id, boolean isFork) implements Event {}

    /**
     * The application's {@code onActive} actions have ended.
     *
     * @param number the number of the command
     */
    record Activated(ProcessTime at, long number) implements Event {}

    /**
     * A preflight, a restore, a save or an activation failed.
     *
     * @param number the number of the command
     */
    record Failed(ProcessTime at, long number, String why) implements Event {}

    /** The process was told to exit. */
    record Stop(ProcessTime at) implements Event {}
}
