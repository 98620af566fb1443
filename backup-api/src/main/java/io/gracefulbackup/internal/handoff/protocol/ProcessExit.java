package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.Work.Kind;

/** Ends the part of an instance in the protocol when its process exits. */
final class ProcessExit {
    private final TransitionBuilder next;

    ProcessExit(TransitionBuilder next) {
        this.next = next;
    }

    /** Begins the exit: saves what is unsaved. */
    void begin() {
        Phase phase = next.phase();
        if (phase == Phase.STOPPING) {
            return;
        }
        next.memory =
                next.memory.stopping(phase == Phase.ACTIVE || phase == Phase.DEGRADED, phase == Phase.HANDING_OVER);
        next.work = next.work.dueAt(next.now);
        next.enter(Phase.STOPPING);
        if (next.memory.hasUnsaved()) {
            next.save();
        }
    }

    /** Ends the exit once nothing is left to save or to release. */
    void finishIfDone() {
        boolean mayEnd = next.work.sent() == null
                && !next.work.isBusyWith(Kind.SAVE)
                && (!next.lease.isHeld() || !next.rules.mayRelease(next.memory.hasUnsaved()));
        if (next.phase() == Phase.STOPPING && !next.work.isFinished() && mayEnd) {
            next.finish();
        }
    }
}
