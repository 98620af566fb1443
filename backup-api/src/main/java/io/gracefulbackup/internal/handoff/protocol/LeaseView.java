package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The lease as this instance sees it.
 *
 * @param isRead whether the row was read at least once
 * @param row the row as it was last read, or null if there is none
 * @param unchangedSince since when the row is known not to have changed; null after a failure of the database
 * @param seenEpoch the highest epoch seen anywhere, in rows and in headers of backups
 * @param headerEpoch the highest epoch seen in headers of backups
 * @param hold how this instance holds the lease, or held it last
 */
record LeaseView(
        boolean isRead,
        @Nullable LeaseRow row,
        @Nullable ProcessTime unchangedSince,
        long seenEpoch,
        long headerEpoch,
        Hold hold) {

    /**
     * How an instance holds the lease, or held it last.
     *
     * @param epoch the epoch of the lease while it is held, else 0
     * @param lastEpoch the highest epoch in which this instance has ever held the lease, or 0
     * @param renewedAt when the last step was sent that is known to hold the lease; null once its coverage has ended
     * @param isFromThePast whether the row was {@linkplain SafetyRules#isFromThePast from the past} when the lease was acquired
     * @param isFromOffer whether the lease was offered to an instance when it was acquired
     */
    record Hold(
            long epoch, long lastEpoch, @Nullable ProcessTime renewedAt, boolean isFromThePast, boolean isFromOffer) {
        private static final Hold NONE = new Hold(0, 0, null, false, false);
    }

    static LeaseView unread(long seenEpoch) {
        return new LeaseView(false, null, null, seenEpoch, seenEpoch, Hold.NONE);
    }

    boolean isHeld() {
        return hold.epoch() != 0;
    }

    /** Returns whether a row that was just read is not the one that was read before. */
    boolean differsFrom(@Nullable LeaseRow justRead) {
        return isRead && !Objects.equals(version(justRead), version(row));
    }

    private static LeaseRow.@Nullable Version version(@Nullable LeaseRow row) {
        return row == null ? null : row.version();
    }

    /** Returns the view after the row was read. */
    LeaseView read(@Nullable LeaseRow justRead, ProcessTime now) {
        boolean unchanged = isRead && unchangedSince != null && !differsFrom(justRead);
        return new LeaseView(
                true,
                justRead,
                unchanged ? unchangedSince : now,
                Math.max(seenEpoch, justRead == null ? 0 : justRead.epoch()),
                headerEpoch,
                hold);
    }

    LeaseView withUnchangedSince(@Nullable ProcessTime since) {
        return new LeaseView(isRead, row, since, seenEpoch, headerEpoch, hold);
    }

    /** Returns the view after headers of backups were read. */
    LeaseView withHeaders(long highestEpoch) {
        return new LeaseView(
                isRead,
                row,
                unchangedSince,
                Math.max(seenEpoch, highestEpoch),
                Math.max(headerEpoch, highestEpoch),
                hold);
    }

    /** Returns the view of an instance that holds the lease in that epoch. */
    LeaseView held(long epoch) {
        return with(new Hold(epoch, epoch, hold.renewedAt(), hold.isFromThePast(), hold.isFromOffer()));
    }

    /** Returns the view of an instance that does not hold the lease any more. */
    LeaseView lost() {
        return with(new Hold(0, hold.lastEpoch(), null, hold.isFromThePast(), hold.isFromOffer()));
    }

    /** Returns the view after a step was sent that holds the lease. */
    LeaseView renewed(ProcessTime at) {
        return with(new Hold(hold.epoch(), hold.lastEpoch(), at, hold.isFromThePast(), hold.isFromOffer()));
    }

    /** Returns the view after the coverage of the last renewal has ended. */
    LeaseView uncovered() {
        return with(new Hold(hold.epoch(), hold.lastEpoch(), null, hold.isFromThePast(), hold.isFromOffer()));
    }

    /** Returns the view of an instance that tries to acquire the lease from the row that was last read. */
    LeaseView acquiring(boolean isFromThePast) {
        boolean isFromOffer = row != null && row.offer().isPresent();
        return with(new Hold(hold.epoch(), hold.lastEpoch(), hold.renewedAt(), isFromThePast, isFromOffer));
    }

    private LeaseView with(Hold next) {
        return new LeaseView(isRead, row, unchangedSince, seenEpoch, headerEpoch, next);
    }
}
