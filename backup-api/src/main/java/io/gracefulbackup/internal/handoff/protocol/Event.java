package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseResult;
import java.util.List;

/** What can happen to an instance. */
public sealed interface Event {

    /** When the instance got to know of it. */
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
     * A step was not answered, and will not be: the database is away, or just the answer. Nothing is known.
     *
     * @param number the number of the command
     */
    record Unanswered(ProcessTime at, long number) implements Event {}

    /** A change or a reader has come, or {@code requestHandoff()}. */
    record Asked(ProcessTime at) implements Event {}

    /**
     * The newest backup would restore.
     *
     * @param number the number of the command
     * @param highestEpoch the highest epoch in any authenticated header
     */
    record Preflighted(ProcessTime at, long number, long highestEpoch) implements Event {}

    /** The state is there. The ids are of the backup it came from and its ancestors; none at an empty start. */
    record Restored(ProcessTime at, long number, long highestEpoch, List<BackupId> lineage) implements Event {
        /** Copies the list. */
        public Restored {
            lineage = List.copyOf(lineage);
        }
    }

    /**
     * The state is saved, verified and visible where the lease is.
     *
     * @param number the number of the command
     * @param isFork whether the lease had passed on
     */
    record Saved(ProcessTime at, long number, BackupId id, boolean isFork) implements Event {}

    /**
     * A preflight, a restore or a save did not succeed.
     *
     * @param number the number of the command
     */
    record Failed(ProcessTime at, long number, String why) implements Event {}

    /** The process is told to end. */
    record Stop(ProcessTime at) implements Event {}
}
