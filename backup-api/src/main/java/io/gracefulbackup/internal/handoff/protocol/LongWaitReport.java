package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.spi.lease.LeaseRow;

/** Reports an instance that waits, or is idle, for long. */
final class LongWaitReport {
    private final TransitionBuilder next;

    LongWaitReport(TransitionBuilder next) {
        this.next = next;
    }

    /** Tells the operator, once, that the instance has been of no use for long. */
    void report() {
        if (!next.isInPhaseForLong()) {
            return;
        }
        LeaseRow row = next.lease.row();
        long minutes = next.rules.timing.longWait().toMinutes();
        String others = row == null || row.holder() == null ? "nobody has the state" : row.holder() + " has it";
        if (next.phase().isOutside()) {
            next.reportLongWait("This instance has been waiting for " + minutes + " minutes and accepts nothing; "
                    + others + ". One instance at a time writes: run one, or send this one the traffic");
        } else if (next.phase() == Phase.RETIRED || next.phase() == Phase.FAILED) {
            next.reportLongWait("This instance has accepted nothing for " + minutes + " minutes; " + others
                    + ". Stop it, or let it be the only one");
        }
    }
}
