package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.Work.Kind;

/** Takes in the results of the engine's tasks. */
final class EngineReports {
    private final TransitionBuilder next;

    EngineReports(TransitionBuilder next) {
        this.next = next;
    }

    void preflighted(Event.Preflighted event) {
        if (ends(event.number(), Kind.PREFLIGHT)) {
            next.work = next.work.withPreflighted(true);
            next.lease = next.lease.withHeaders(event.highestEpoch());
        }
    }

    void restored(Event.Restored event) {
        if (!ends(event.number(), Kind.RESTORE)) {
            return;
        }
        next.lease = next.lease.withHeaders(event.highestEpoch());
        if (next.phase() == Phase.RESTORING) {
            next.memory = next.memory.restored(event.lineage());
            next.work = next.work.dueAt(next.now);
        }
    }

    void saved(Event.Saved event) {
        if (!ends(event.number(), Kind.SAVE)) {
            return;
        }
        next.memory = next.memory.saved(event.id());
        if (next.phase() == Phase.HANDING_OVER) {
            savedForHandoff(event);
        } else if (next.phase() == Phase.STOPPING) {
            next.memory = next.memory.withFinalBackup(event.isFork() ? null : event.id());
            next.work = next.work.dueAt(next.now);
        }
    }

    private void savedForHandoff(Event.Saved event) {
        if (event.isFork()) {
            next.lease = next.lease.lost();
            next.enter(Phase.RETIRED);
        } else if (next.requests.isPending(next.now, next.rules.timing.requestExpiry())) {
            next.memory = next.memory.withFinalBackup(event.id());
            next.work = next.work.dueAt(next.now);
        } else {
            next.enter(Phase.ACTIVE);
        }
    }

    void failed(Event.Failed event) {
        if (ends(event.number(), Kind.PREFLIGHT)) {
            next.work = next.work.withPreflightFailedAt(next.now);
            next.tell("The newest backup could not be restored here, so this instance does not ask for the state: "
                    + event.why());
        } else if (ends(event.number(), Kind.RESTORE)) {
            if (next.phase() == Phase.RESTORING) {
                next.tell("The state could not be restored, so this instance leaves it to others: " + event.why());
                next.work = next.work.dueAt(next.now);
                next.enter(Phase.FAILED);
            }
        } else if (ends(event.number(), Kind.SAVE)) {
            if (next.phase() == Phase.HANDING_OVER) {
                next.requests = next.requests.withObjection("its last backup failed: " + event.why());
                next.enter(Phase.ACTIVE);
            }
        }
    }

    /** Ends the task under way if it is that one. Reports of earlier tasks do not count. */
    private boolean ends(long number, Kind kind) {
        boolean underWay = next.work.isUnderWay(number, kind);
        if (underWay) {
            next.work = next.work.taskEnded();
        }
        return underWay;
    }
}
