package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.Requests.Incoming;
import io.gracefulbackup.internal.handoff.protocol.Work.Kind;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses the next step on the lease. */
final class StepPlanner {
    private final Instance me;
    private final SafetyRules rules;
    private final Phase phase;
    private final LeaseView lease;
    private final Memory memory;
    private final Requests requests;
    private final Work work;
    private final HostStep host;
    private final ProcessTime now;

    StepPlanner(Instance me, SafetyRules rules, State state, ProcessTime now) {
        this.me = me;
        this.rules = rules;
        this.now = now;
        phase = state.phase();
        lease = state.lease();
        memory = state.memory();
        requests = state.requests();
        work = state.work();
        host = state.host();
    }

    /** Returns the step to take now; empty if another one is under way, or none is due. */
    Optional<LeaseStep> choose() {
        if (work.sent() != null || work.isFinished() || now.isBefore(work.due())) {
            return Optional.empty();
        }
        if (lease.isHeld()) {
            return Optional.of(ofHolder());
        }
        return phase == Phase.STOPPING ? beforeTheEnd() : Optional.of(ofOther());
    }

    private LeaseStep ofHolder() {
        long epoch = lease.hold().epoch();
        LeaseRow row = lease.row();
        if (row == null || !row.isHeldBy(me.name(), epoch)) {
            return new LeaseStep.Renew(epoch);
        }
        return switch (phase) {
            case RESTORING -> memory.hasState() && !rules.isActive(row) ? activate(row) : new LeaseStep.Renew(epoch);
            case HANDING_OVER, STOPPING ->
                rules.mayRelease(memory.hasUnsaved()) ? release(row) : new LeaseStep.Renew(epoch);
            case FAILED -> new LeaseStep.Release(row.version(), memory.finalBackup(), null);
            case RETIRED, STANDBY, PREFLIGHTED, REQUESTING -> new LeaseStep.Release(row.version(), null, null);
            case ACTIVE, DEGRADED ->
                // The row is inactive if the database was restored to a time before this instance activated it.
                row.active() ? decline().orElse(new LeaseStep.Renew(epoch)) : activate(row);
        };
    }

    private LeaseStep activate(LeaseRow row) {
        return new LeaseStep.Activate(
                row.version(), rules.activeEpoch(lease.hold().epoch(), lease.headerEpoch()));
    }

    private LeaseStep release(LeaseRow row) {
        HandoffRequest request = requests.request();
        String offer = request != null && requests.isRepeated() ? request.instance() : null;
        return new LeaseStep.Release(row.version(), memory.finalBackup(), offer);
    }

    private Optional<LeaseStep> decline() {
        String objection = requests.objection();
        HandoffRequest request = requests.request();
        return objection == null || request == null
                ? Optional.empty()
                : Optional.of(new LeaseStep.Decline(lease.hold().epoch(), request.instance(), objection));
    }

    private Optional<LeaseStep> beforeTheEnd() {
        return isRequester() ? Optional.of(new LeaseStep.Withdraw()) : Optional.empty();
    }

    private boolean isRequester() {
        LeaseRow row = lease.row();
        return row != null && row.isRequestedBy(me.name());
    }

    private LeaseStep ofOther() {
        LeaseRow row = lease.row();
        if (mayAcquire()) {
            return new LeaseStep.Acquire(
                    row == null ? null : row.version(),
                    lease.seenEpoch(),
                    me.terms().site());
        }
        if (phase == Phase.REQUESTING && row != null && !row.isFree()) {
            return new LeaseStep.Request(me.terms(), silent(row.request().orElse(null)));
        }
        // The first step is one that writes, though it finds nothing to withdraw: a server that only lets this instance
        // read would
        // make it wait for a lease that it can never request.
        boolean isFirst = !lease.isRead();
        return isFirst || (isRequester() && phase != Phase.REQUESTING)
                ? new LeaseStep.Withdraw()
                : new LeaseStep.Read();
    }

    /** Returns the given request of another instance if it has expired, else null. */
    private @Nullable HandoffRequest silent(@Nullable HandoffRequest request) {
        Incoming incoming = requests.incoming();
        boolean isSilent = incoming != null
                && incoming.request().equals(request)
                && incoming.isSilent(now, rules.timing.requestExpiry());
        return isSilent ? request : null;
    }

    private boolean mayAcquire() {
        if (!lease.isRead()
                || !rules.mayAcquire(host.isRetiring())
                || work.isBusyWith(Kind.SAVE)
                || work.isBusyWith(Kind.RESTORE)) {
            return false;
        }
        LeaseRow row = lease.row();
        ProcessTime since = lease.unchangedSince();
        Duration unchanged = since == null ? Duration.ZERO : now.since(since);
        boolean free = row == null || row.isFree();
        if (rules.isFromThePast(row, lease.seenEpoch())) {
            boolean keepsState = phase == Phase.DEGRADED;
            Duration delay = rules.takeoverDelayFromThePast(keepsState, free);
            // The instance that has the state goes first, also when the server's clock was set back.
            Duration counted = keepsState ? unchanged : unchanged.dividedBy(2);
            return unchanged.compareTo(delay) >= 0
                    && (row == null || free || rules.isAbandoned(row.expired(), counted));
        }
        if (phase == Phase.FAILED && unchanged.compareTo(rules.timing.retryDelay()) < 0) {
            return false;
        }
        if (row == null) {
            return true;
        }
        String offer = row.offer().orElse(null);
        if (free) {
            return offer == null || offer.equals(me.name()) || row.expired() || rules.isAbandoned(true, unchanged);
        }
        return rules.isAbandoned(row.expired(), unchanged);
    }
}
