package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.Work.Kind;

/** Ends the part of an instance in the protocol when its process exits. */
final class ProcessExit {
    private final TransitionBuilder next;

    ProcessExit(TransitionBuilder next) {
        this.next = next;
    }

    /** Begins the exit: saves what is unsaved, unless the application's activation is under way and has to end first. */
    void begin() {
        Phase phase = next.phase();
        if (phase == Phase.STOPPING) {
            return;
        }
        boolean isActivating = next.host.isActivating();
        boolean wasAccepting = phase == Phase.ACTIVE || phase == Phase.DEGRADED || isActivating;
        next.memory = next.memory.stopping(wasAccepting, phase == Phase.HANDING_OVER);
        next.work = next.work.dueAt(next.now);
        next.enter(Phase.STOPPING);
        if (next.memory.hasUnsaved() && next.rules.maySave(isActivating)) {
            next.save();
        }
    }

    /** Ends the exit once nothing is left to save or to release. */
    void finishIfDone() {
        boolean waits = next.host.isActivating() || next.rules.mayRelease(next.memory.hasUnsaved());
        boolean mayEnd =
                next.work.sent() == null && !next.work.isBusyWith(Kind.SAVE) && !(next.lease.isHeld() && waits);
        if (next.phase() == Phase.STOPPING && !next.work.isFinished() && mayEnd) {
            next.finish();
        }
    }
}
