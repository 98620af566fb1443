package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.Moment;
import io.gracefulbackup.spi.lease.LeaseAnswer;
import java.util.List;

/** What can happen to an instance. */
public sealed interface Event {

    /** When the instance got to know of it. */
    Moment at();

    /** Time has passed. */
    record Tick(Moment at) implements Event {}

    /**
     * A step was answered.
     *
     * @param number the number of the command
     */
    record Answered(Moment at, long number, LeaseAnswer answer) implements Event {}

    /**
     * A step was not answered, and will not be: the database is away, or just the answer. Nothing is known.
     *
     * @param number the number of the command
     */
    record Unanswered(Moment at, long number) implements Event {}

    /** A change or a reader has come, or {@code requestHandoff()}. */
    record Asked(Moment at) implements Event {}

    /**
     * The newest backup would restore.
     *
     * @param number the number of the command
     * @param highestEpoch the highest epoch in any authenticated header
     */
    record Preflighted(Moment at, long number, long highestEpoch) implements Event {}

    /** The state is there. The ids are of the backup it came from and its ancestors; none at an empty start. */
    record Restored(Moment at, long number, long highestEpoch, List<BackupId> lineage) implements Event {
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
    record Saved(Moment at, long number, BackupId id, boolean isFork) implements Event {}

    /**
     * A preflight, a restore or a save did not succeed.
     *
     * @param number the number of the command
     */
    record Failed(Moment at, long number, String why) implements Event {}

    /** The process is told to end. */
    record Stop(Moment at) implements Event {}
}
