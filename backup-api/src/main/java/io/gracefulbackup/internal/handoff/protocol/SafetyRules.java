package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules that the safety of the protocol rests on. Without any one of them, acknowledged changes are lost, or two instances
 * acknowledge changes at the same time. Tests replace them one by one to show that.
 */
class SafetyRules {
    final Timing timing;

    SafetyRules(Timing timing) {
        this.timing = timing;
    }

    /** Returns whether an answer belongs to the step under way. It may as well be a duplicate, or late. */
    boolean isExpected(long number, long underWay) {
        return number == underWay;
    }

    /** Returns when a term begins for the holder: when the step was sent, because the server counts from some time after that. */
    ProcessTime termBegins(ProcessTime sent, ProcessTime answered) {
        return sent;
    }

    /**
     * Returns when a renewal covers changes: by both clocks, up to well before another instance can be active, and as long as the
     * wall clock is not set back.
     */
    ClockInterval coverage(ProcessTime renewed) {
        return ClockInterval.of(renewed, timing.safeTerm(), timing.clockTolerance());
    }

    /**
     * Returns whether a renewal covers nothing any more, even one that is not answered yet: once a look at the clocks finds them
     * outside its coverage. They may be inside again later, when one has stood still or was set again.
     */
    boolean endsCoverage(boolean isInside) {
        return !isInside;
    }

    /** Returns whether a step began a new term. A step that is only found to have been taken may have begun it long ago. */
    boolean renews(boolean done, LeaseStep step) {
        return done
                && (step instanceof LeaseStep.Renew
                        || step instanceof LeaseStep.Acquire
                        || step instanceof LeaseStep.Activate);
    }

    /**
     * Returns whether the holder may accept changes: only once the row shows that it is active. Until then other instances
     * would take the final backup for complete.
     */
    boolean isActive(LeaseRow row) {
        return row.active();
    }

    /** Returns whether an instance that has the state may accept changes: only once the application's activation has ended. */
    boolean mayAccept(boolean isActivated) {
        return isActivated;
    }

    /** Returns whether the end of an activation belongs to the one under way. It may as well be that of an earlier one. */
    boolean endsActivation(long number, long underWay) {
        return number == underWay;
    }

    /**
     * Returns whether the exit may save: not while the application's activation is under way, which may have filled an empty state
     * in part.
     */
    boolean maySave(boolean isActivating) {
        return !isActivating;
    }

    /**
     * Returns whether an instance may acquire the lease: not while an earlier activation of its application goes on, which would
     * change the state that is restored meanwhile.
     */
    boolean mayAcquire(boolean isRetiring) {
        return !isRetiring;
    }

    /**
     * Returns whether a lease that is held by, or offered to, another instance may be taken over: the row must not have changed
     * for longer than a term by this instance's own clock, and must have expired by the server's clock. The latter is not
     * required after four times as long, so that a server's clock that was set back does not keep the lease for ever.
     *
     * @param unchanged for how long the row is known not to have changed
     */
    boolean isAbandoned(boolean expired, Duration unchanged) {
        return unchanged.compareTo(timing.takeoverDelay()) >= 0
                && (expired || unchanged.compareTo(timing.takeoverDelay().multipliedBy(4)) >= 0);
    }

    /**
     * Returns since when the row is known not to have changed, after a failure of the database: null, which makes
     * {@link #isAbandoned} count anew, because the holder could not renew either.
     */
    @Nullable
    ProcessTime unchangedSinceAfterFailure(@Nullable ProcessTime unchangedSince) {
        return null;
    }

    /**
     * Returns since when the row is known not to have changed, after a step was answered. What the answer took beyond the margin
     * does not count, because the holder could perhaps not renew meanwhile.
     */
    ProcessTime unchangedSinceAfterAnswer(ProcessTime unchangedSince, Duration took) {
        Duration beyond = took.minus(timing.margin());
        return beyond.isNegative() ? unchangedSince : unchangedSince.plus(beyond);
    }

    /** Returns whether a row is older than what this instance has seen: its database was restored, or the row was deleted. */
    boolean isFromThePast(@Nullable LeaseRow row, long seenEpoch) {
        return row == null ? seenEpoch > 0 : row.epoch() < seenEpoch;
    }

    /** Returns how long a row from the past must remain unchanged before it is taken: shorter for an instance with the state. */
    Duration takeoverDelayFromThePast(boolean keepsState, boolean free) {
        if (keepsState) {
            return free ? Duration.ZERO : timing.takeoverDelay();
        }
        return timing.takeoverDelay().multipliedBy(2);
    }

    /** Returns whether the state in memory counts after a row from the past: not if other instances went on from another one. */
    boolean mayKeep(LeaseRow row, List<BackupId> lineage) {
        return row.finalBackup().map(lineage::contains).orElse(true);
    }

    /** Returns whether the state in memory is complete: no other instance has been active since it was saved. */
    boolean mayResume(LeaseRow row, @Nullable BackupId lastSaved) {
        return lastSaved != null && row.finalBackup().filter(lastSaved::equals).isPresent();
    }

    /** Returns the only backup that may be restored: the final one, if there is one and the row is not from the past. */
    @Nullable
    BackupId restoresOnly(LeaseRow row, boolean fromThePast) {
        return fromThePast ? null : row.finalBackup().orElse(null);
    }

    /** Returns whether a request shows that the requester is alive: it has repeated it. */
    boolean isAlive(HandoffRequest now, @Nullable HandoffRequest before) {
        return before != null && before.instance().equals(now.instance()) && now.heartbeat() > before.heartbeat();
    }

    /** Returns the epoch to be active in: higher than that of any backup. */
    long activeEpoch(long epoch, long highestSeen) {
        return highestSeen >= epoch ? Math.addExact(highestSeen, 1) : epoch;
    }

    /** Returns whether the lease may be released: only once every acknowledged change is in a published backup. */
    boolean mayRelease(boolean hasUnsaved) {
        return !hasUnsaved;
    }
}
