package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Begins handoffs, to this instance or from it. */
final class Handoffs {
    private final TransitionBuilder next;
    private final Timing timing;

    Handoffs(TransitionBuilder next) {
        this.next = next;
        this.timing = next.rules.timing;
    }

    /** Prepares an instance that waits: begins a preflight, or a request once the application wants the state. */
    void prepare() {
        if (!next.phase().isOutside() || !next.lease.isRead()) {
            return;
        }
        boolean asked = isWithin(timing.requestWindow(), next.requests.askedAt());
        if (isPreflightDue(asked)) {
            next.work = next.work.withPreflightFailedAt(null);
            next.preflight();
        }
        boolean declined = isWithin(timing.retryDelay(), next.requests.declinedAt());
        boolean mayRequest = asked && !declined && next.rules.mayAcquire(next.host.isRetiring());
        Phase phase = !next.work.isPreflighted() ? Phase.STANDBY : mayRequest ? Phase.REQUESTING : Phase.PREFLIGHTED;
        if (phase == Phase.REQUESTING && next.phase() != Phase.REQUESTING) {
            next.work = next.work.dueAt(next.now);
        }
        next.waitIn(phase);
    }

    private boolean isPreflightDue(boolean asked) {
        Work work = next.work;
        LeaseRow row = next.lease.row();
        ProcessTime failedAt = work.preflightFailedAt();
        boolean mayTry = failedAt == null || (asked && !isWithin(timing.retryDelay(), failedAt));
        boolean anotherHasState = row != null && !row.isFree();
        return !work.isPreflighted() && work.task() == null && mayTry && anotherHasState;
    }

    private boolean isWithin(Duration time, @Nullable ProcessTime since) {
        return since != null && next.now.since(since).compareTo(time) < 0;
    }

    /** Answers the request of another instance: begins to hand over, or objects. */
    void answer() {
        HandoffRequest request = next.requests.request();
        boolean isActive = next.phase() == Phase.ACTIVE && next.memory.gate() != null;
        if (request != null
                && isActive
                && next.requests.objection() == null
                && next.requests.isPending(next.now, timing.requestExpiry())) {
            String objection = next.me
                    .objection(request.instance(), request.terms())
                    .map(why ->
                            "Instance " + request.instance() + " cannot take over from " + next.me.name() + ": " + why)
                    .orElse(null);
            if (objection == null) {
                next.enter(Phase.HANDING_OVER);
                next.save();
            } else {
                next.requests = next.requests.withObjection(objection);
                next.tell(objection);
            }
        }
        if (next.phase() != Phase.ACTIVE || request == null) {
            next.requests = next.requests.withObjection(null);
        }
    }
}
