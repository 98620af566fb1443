package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.spi.lease.LeaseRow;

/** Reports an instance that has accepted nothing for a long time. */
final class LongWaitReport {
    private final TransitionBuilder next;

    LongWaitReport(TransitionBuilder next) {
        this.next = next;
    }

    /** Tells the operator once for each such time. */
    void report() {
        if (!next.isInPhaseForLong()) {
            return;
        }
        LeaseRow row = next.lease.row();
        long minutes = next.rules.timing.longWait().toMinutes();
        String holder = row == null ? "nobody" : row.holder().orElse("nobody");
        String others = holder + " has the state";
        if (next.phase().isOutside()) {
            next.reportLongWait(
                    "This instance has been waiting for " + minutes + " minutes and accepts nothing; " + others
                            + ". Only one instance at a time accepts changes: run only one, or send the traffic to this one");
        } else if (next.phase() == Phase.RETIRED || next.phase() == Phase.FAILED) {
            next.reportLongWait("This instance has accepted nothing for " + minutes + " minutes; " + others
                    + ". Stop this instance, or stop all others");
        }
    }
}
