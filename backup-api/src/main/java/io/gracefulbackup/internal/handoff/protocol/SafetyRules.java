package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The guards: take away any of these, and acknowledged changes get lost or two instances acknowledge at the same time. The
 * test of the model takes away each.
 */
class SafetyRules {
    final Timing timing;

    SafetyRules(Timing timing) {
        this.timing = timing;
    }

    /** Whether an answer belongs to the step under way: others may be doubles, or late. */
    boolean isExpected(long number, long underWay) {
        return number == underWay;
    }

    /** From when a term counts: the server may have counted from the moment of sending. */
    ProcessTime termBegins(ProcessTime sent, ProcessTime answered) {
        return sent;
    }

    /** Up to when a renewal covers changes, by both clocks: well before another instance could begin. */
    ProcessTime coveredUntil(ProcessTime renewed) {
        return renewed.plus(timing.safeTerm());
    }

    /** Whether a step that was done holds the lease; one found done later may have begun its term any time before. */
    boolean renews(boolean done, LeaseStep step) {
        return done
                && (step instanceof LeaseStep.Renew
                        || step instanceof LeaseStep.Acquire
                        || step instanceof LeaseStep.Activate);
    }

    /** Whether the instance is active: the others must see first that the final backup is no longer all there is. */
    boolean isActive(LeaseRow row) {
        return row.active();
    }

    /**
     * Whether a lease that another instance holds, or was offered, may be taken: its term is over and it has not stirred for
     * longer than a term by this instance's own clock. A server's clock that was set back must not keep it for ever.
     *
     * @param unchanged how long the row has not changed, since the last failure of the database
     */
    boolean isAbandoned(boolean expired, Duration unchanged) {
        return unchanged.compareTo(timing.takeoverDelay()) >= 0
                && (expired || unchanged.compareTo(timing.takeoverDelay().multipliedBy(4)) >= 0);
    }

    /** How a failure of the database counts for {@link #isAbandoned}: the holder could not renew either. */
    @Nullable
    ProcessTime unchangedSinceAfterFailure(@Nullable ProcessTime unchangedSince) {
        return null;
    }

    /** Whether the row is older than what this instance has seen: its database was restored, or the row deleted. */
    boolean isFromThePast(@Nullable LeaseRow row, long seenEpoch) {
        return row == null ? seenEpoch > 0 : row.epoch() < seenEpoch;
    }

    /** How long a row from the past must not change before it is taken: who has the later state goes first. */
    Duration takeoverDelayFromThePast(boolean keepsState, boolean free) {
        if (keepsState) {
            return free ? Duration.ZERO : timing.takeoverDelay();
        }
        return timing.takeoverDelay().multipliedBy(2);
    }

    /** Whether the state in memory goes on after a row from the past: not where others went on from another state. */
    boolean mayKeep(LeaseRow row, List<BackupId> lineage) {
        BackupId last = row.finalId();
        return last == null || lineage.contains(last);
    }

    /** Whether the state in memory is all there is: nobody has been active since it was saved. */
    boolean mayResume(LeaseRow row, @Nullable BackupId lastSaved) {
        return lastSaved != null && lastSaved.equals(row.finalId());
    }

    /** What has to be restored: the final backup or nothing, unless the row is from the past. */
    @Nullable
    BackupId restoresOnly(LeaseRow row, boolean fromThePast) {
        return fromThePast ? null : row.finalId();
    }

    /** Whether who asks is alive. */
    boolean isAlive(HandoffRequest now, @Nullable HandoffRequest before) {
        return before != null && before.instance().equals(now.instance()) && now.heartbeat() > before.heartbeat();
    }

    /** The epoch to be active in: above that of every backup there is. */
    long activeEpoch(long epoch, long highestSeen) {
        return highestSeen >= epoch ? highestSeen + 1 : epoch;
    }

    /** Whether the lease may be given up: not before all that was acknowledged is in a published backup. */
    boolean mayRelease(boolean hasUnsaved) {
        return !hasUnsaved;
    }
}
