package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.HostStep.Stage;
import io.gracefulbackup.spi.lease.LeaseRow;

/** Tells the host application to activate and to retire, and takes in how its activation ended. */
final class HostSteps {
    private final TransitionBuilder next;

    HostSteps(TransitionBuilder next) {
        this.next = next;
    }

    void activated(Event.Activated event) {
        if (!isUnderWay(event.number())) {
            return;
        }
        next.host = next.host.activated();
        next.work = next.work.dueAt(next.now);
        if (next.phase() == Phase.STOPPING && next.host.isActive() && next.lease.isHeld()) {
            next.save();
        }
    }

    /** Takes in a failure, if it is the one of the activation under way. */
    void failed(Event.Failed event) {
        if (!isUnderWay(event.number())) {
            return;
        }
        boolean wasActivating = next.host.isActivating();
        next.host = new HostStep(next.host.number(), wasActivating ? Stage.ACTIVE : Stage.IDLE);
        next.work = next.work.dueAt(next.now);
        if (!wasActivating) {
            return;
        }
        next.tell("The application's onActive actions failed, so this instance leaves the state to others: "
                + event.why());
        next.memory = next.memory.givenUp();
        if (next.phase() == Phase.RESTORING) {
            next.enter(Phase.FAILED);
        }
    }

    private boolean isUnderWay(long number) {
        HostStep host = next.host;
        return (host.isActivating() || host.isRetiring()) && next.rules.endsActivation(number, host.number());
    }

    /** Retires a host that no longer has the state, activates one that has it now, and lets it accept changes once it is done. */
    void settle() {
        if (!next.host.isIdle() && !next.host.isRetiring() && hasLeft()) {
            next.retireHost();
        }
        if (mayActivate()) {
            if (next.host.isIdle()) {
                next.activateHost();
            }
            if (next.rules.mayAccept(next.host.isActive())) {
                next.enter(Phase.ACTIVE);
            }
        }
    }

    /** Returns whether the state in memory is not, or no longer, the one that the application works with. */
    private boolean hasLeft() {
        return switch (next.phase()) {
            case STANDBY, PREFLIGHTED, REQUESTING, RETIRED, FAILED -> true;
            case RESTORING -> !next.memory.hasState();
            case ACTIVE, DEGRADED, HANDING_OVER, STOPPING -> false;
        };
    }

    private boolean mayActivate() {
        LeaseRow row = next.lease.row();
        return next.phase() == Phase.RESTORING
                && next.memory.hasState()
                && next.lease.isHeld()
                && row != null
                && next.rules.isActive(row);
    }
}
