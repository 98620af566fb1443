package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;

/**
 * Refuses numbers that no number of handoffs leads to. An epoch that somebody has written into the row of the lease would become
 * the one of every later backup, and would overflow at last.
 */
final class Epochs {
    /** The highest number that is believed: far above what counting reaches, and far below what overflows. */
    static final long HIGHEST = BackupVersion.HIGHEST / 2;

    private Epochs() {}

    /**
     * Returns the result of a step if the numbers in its row are possible.
     *
     * @throws PermanentFailureException if not
     */
    static LeaseResult checked(LeaseResult result) throws PermanentFailureException {
        LeaseRow row = result.row().orElse(null);
        if (row != null) {
            require(row.epoch(), "epoch");
            require(row.heartbeat(), "beat");
            require(row.request().map(HandoffRequest::heartbeat).orElse(0L), "want_beat");
        }
        return result;
    }

    private static void require(long number, String column) throws PermanentFailureException {
        if (!isPossible(number)) {
            throw new PermanentFailureException(Messages.impossibleLease(column, number, HIGHEST));
        }
    }

    /**
     * Returns the highest epoch of backups and pointers if it is possible.
     *
     * @throws PermanentFailureException if not
     */
    static long ofBackups(long highest) throws PermanentFailureException {
        if (!isPossible(highest)) {
            throw new PermanentFailureException(Messages.impossibleEpoch(highest, HIGHEST));
        }
        return highest;
    }

    private static boolean isPossible(long number) {
        return number >= 0 && number <= HIGHEST;
    }
}
