package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.Work.SentStep;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import org.jspecify.annotations.Nullable;

/** Keeps the gate open exactly as long as the lease covers changes. */
final class GateControl {
    private final TransitionBuilder next;

    GateControl(TransitionBuilder next) {
        this.next = next;
    }

    /** Looks at the clocks, and ends the coverage of a renewal if they are outside. Comes before anything else. */
    void look() {
        ProcessTime renewedAt = next.lease.hold().renewedAt();
        if (renewedAt != null && isOver(renewedAt)) {
            next.lease = next.lease.uncovered();
        }
        SentStep sent = next.work.sent();
        if (sent != null && isOver(sent.at())) {
            next.work = next.work.with(sent.notCovering());
        }
    }

    private boolean isOver(ProcessTime sent) {
        return next.rules.endsCoverage(next.rules.coverage(sent).surelyContains(next.now));
    }

    /** Closes the gate when the lease no longer covers changes. */
    void closeUnlessCovered() {
        if (coverage() == null) {
            next.closeGate();
        }
    }

    /** Opens the gate, or prolongs its opening, when the lease covers changes; else closes it. */
    void openIfCovered() {
        ClockInterval coverage = coverage();
        if (coverage == null) {
            next.closeGate();
        } else if (!coverage.equals(next.memory.gate())) {
            next.openGate(coverage);
        }
    }

    /** Returns when the lease covers changes that are acknowledged; null if it covers none now. */
    private @Nullable ClockInterval coverage() {
        ProcessTime renewedAt = next.lease.hold().renewedAt();
        LeaseRow row = next.lease.row();
        boolean hasState = next.phase() == Phase.ACTIVE || next.phase() == Phase.DEGRADED;
        if (!next.lease.isHeld() || !hasState || renewedAt == null || row == null || !next.rules.isActive(row)) {
            return null;
        }
        ClockInterval coverage = next.rules.coverage(renewedAt);
        return coverage.surelyContains(next.now) ? coverage : null;
    }
}
