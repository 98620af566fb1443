package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.State.Work;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which step on the lease is next, if any, when none is under way. */
final class StepPlanner {
    private final Instance me;
    private final SafetyRules rules;
    private final State s;
    private final ProcessTime now;

    StepPlanner(Instance me, SafetyRules rules, State state, ProcessTime now) {
        this.me = me;
        this.rules = rules;
        this.s = state;
        this.now = now;
    }

    Optional<LeaseStep> choose() {
        if (s.finished || now.isBefore(s.due)) {
            return Optional.empty();
        }
        if (s.holds()) {
            return Optional.of(ofHolder());
        }
        return s.phase == Phase.STOPPING ? beforeTheEnd() : Optional.of(ofOther());
    }

    private LeaseStep ofHolder() {
        LeaseRow row = s.row;
        if (row == null || !row.isHeldBy(me.name(), s.epoch)) {
            return new LeaseStep.Renew(s.epoch);
        }
        return switch (s.phase) {
            case RESTORING -> s.hasState ? activate(row) : new LeaseStep.Renew(s.epoch);
            case HANDING_OVER, STOPPING ->
                rules.mayRelease(s.hasUnsaved) ? release(row, s.saved) : new LeaseStep.Renew(s.epoch);
            case FAILED, RETIRED, STANDBY, PREFLIGHTED, REQUESTING -> new LeaseStep.Release(row.version(), null, null);
            case ACTIVE, DEGRADED ->
                // Not active any more: the database was restored to a moment when this instance was just about to be.
                row.active() ? decline().orElse(new LeaseStep.Renew(s.epoch)) : activate(row);
        };
    }

    private LeaseStep activate(LeaseRow row) {
        return new LeaseStep.Activate(row.version(), rules.activeEpoch(s.epoch, s.headerEpoch));
    }

    private LeaseStep release(LeaseRow row, @Nullable BackupId saved) {
        HandoffRequest want = s.want;
        return new LeaseStep.Release(row.version(), saved, want == null || !s.wantAlive ? null : want.instance());
    }

    private Optional<LeaseStep> decline() {
        String objection = s.objection;
        HandoffRequest want = s.want;
        return objection == null || want == null
                ? Optional.empty()
                : Optional.of(new LeaseStep.Decline(s.epoch, want.instance(), objection));
    }

    private Optional<LeaseStep> beforeTheEnd() {
        return asks() ? Optional.of(new LeaseStep.Withdraw()) : Optional.empty();
    }

    private boolean asks() {
        LeaseRow row = s.row;
        return row != null && row.request() != null && row.request().instance().equals(me.name());
    }

    private LeaseStep ofOther() {
        LeaseRow row = s.row;
        if (mayTake()) {
            return new LeaseStep.Acquire(
                    row == null ? null : row.version(), s.seenEpoch, me.terms().site());
        }
        if (s.phase == Phase.REQUESTING && row != null && !row.isFree()) {
            return new LeaseStep.Request(me.terms(), silent(row.request()));
        }
        return asks() && s.phase != Phase.REQUESTING ? new LeaseStep.Withdraw() : new LeaseStep.Read();
    }

    /** Somebody else's request that has not been repeated for a while. */
    private @Nullable HandoffRequest silent(@Nullable HandoffRequest want) {
        boolean othersSilent = want != null
                && want.equals(s.want)
                && s.wantSince != null
                && now.since(s.wantSince).compareTo(rules.timing.requestExpiry()) >= 0;
        return othersSilent ? want : null;
    }

    private boolean mayTake() {
        if (!s.looked || s.isBusyWith(Work.Kind.SAVE) || s.isBusyWith(Work.Kind.RESTORE)) {
            return false;
        }
        LeaseRow row = s.row;
        Duration unchanged = s.unchangedSince == null ? Duration.ZERO : now.since(s.unchangedSince);
        boolean free = row == null || row.isFree();
        if (rules.isFromThePast(row, s.seenEpoch)) {
            Duration vigil = rules.takeoverDelayFromThePast(s.phase == Phase.DEGRADED, free);
            return unchanged.compareTo(vigil) >= 0
                    && (row == null || free || rules.isAbandoned(row.expired(), unchanged));
        }
        if (s.phase == Phase.FAILED && unchanged.compareTo(rules.timing.retryDelay()) < 0) {
            return false;
        }
        if (row == null) {
            return true;
        }
        String offer = row.offer();
        if (free) {
            return offer == null || offer.equals(me.name()) || row.expired() || rules.isAbandoned(true, unchanged);
        }
        return rules.isAbandoned(row.expired(), unchanged);
    }
}
