package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import org.jspecify.annotations.Nullable;

/** Keeps the gate open exactly as long as the lease covers changes. */
final class GateControl {
    private final TransitionBuilder next;

    GateControl(TransitionBuilder next) {
        this.next = next;
    }

    /** Closes the gate when the lease no longer covers changes. */
    void closeUnlessCovered() {
        if (coveredUntil() == null) {
            next.closeGate();
        }
    }

    /** Opens the gate, or prolongs its opening, when the lease covers changes; else closes it. */
    void openIfCovered() {
        ProcessTime until = coveredUntil();
        if (until == null) {
            next.closeGate();
        } else if (!until.equals(next.memory.gateUntil())) {
            next.openGate(until);
        }
    }

    /** Returns up to when the lease covers changes that are acknowledged; null if it covers none now. */
    private @Nullable ProcessTime coveredUntil() {
        ProcessTime renewedAt = next.lease.hold().renewedAt();
        LeaseRow row = next.lease.row();
        boolean hasState = next.phase() == Phase.ACTIVE || next.phase() == Phase.DEGRADED;
        if (!next.lease.isHeld() || !hasState || renewedAt == null || row == null || !next.rules.isActive(row)) {
            return null;
        }
        ProcessTime until = next.rules.coveredUntil(renewedAt);
        return next.now.isSurelyBefore(until) ? until : null;
    }
}
