package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.LeaseView.Hold;
import io.gracefulbackup.spi.lease.LeaseRow;
import org.jspecify.annotations.Nullable;

/** Finds out from a row that was read whether this instance has gained or lost the lease. */
final class HolderChanges {
    private final TransitionBuilder next;
    private final SafetyRules rules;

    HolderChanges(TransitionBuilder next) {
        this.next = next;
        this.rules = next.rules;
    }

    /**
     * Takes in a row.
     *
     * @param isChanged whether the row is not the one that was read before
     * @param isFromThePast whether the row is older than what this instance had seen before
     */
    void read(@Nullable LeaseRow row, boolean isChanged, boolean isFromThePast) {
        if (next.lease.isHeld()) {
            readByHolder(row, isFromThePast);
        } else if (row != null) {
            readByOther(row, isChanged, isFromThePast);
        }
    }

    private void readByHolder(@Nullable LeaseRow row, boolean isFromThePast) {
        if (row != null
                && row.isHeldBy(next.me.name())
                && row.epoch() >= next.lease.hold().epoch()) {
            next.lease = next.lease.held(row.epoch());
        } else {
            lost(row, isFromThePast);
        }
    }

    private void lost(@Nullable LeaseRow row, boolean isFromThePast) {
        next.lease = next.lease.lost();
        next.requests = next.requests.withObjection(null);
        switch (next.phase()) {
            case RESTORING, ACTIVE, DEGRADED, HANDING_OVER -> {
                if (next.phase() == Phase.RESTORING && !next.memory.hasUnsaved()) {
                    next.enter(next.work.isPreflighted() ? Phase.PREFLIGHTED : Phase.STANDBY);
                    next.memory = next.memory.discarded();
                } else if (isReleased(isFromThePast)) {
                    next.enter(Phase.RETIRED);
                } else if (isFromThePast && (row == null || rules.mayKeep(row, next.memory.lineage()))) {
                    next.tell(
                            "The lease is gone or older than before: its database was restored, or its row was deleted."
                                    + " No changes are accepted until this instance holds it again");
                    next.memory = next.memory.unsaved();
                    next.enter(Phase.DEGRADED);
                } else {
                    superseded();
                }
            }
            default -> {}
        }
    }

    private boolean isReleased(boolean isFromThePast) {
        return next.memory.isReleasing() || (next.memory.finalBackup() != null && !isFromThePast);
    }

    private void readByOther(LeaseRow row, boolean isChanged, boolean isFromThePast) {
        Hold hold = next.lease.hold();
        if (row.isHeldBy(next.me.name()) && row.epoch() > hold.lastEpoch()) {
            acquired(row);
        } else if (next.phase() == Phase.DEGRADED) {
            boolean anotherGoesOn = !isFromThePast || (isChanged && !row.isFree());
            if (row.isHeldBy(next.me.name(), hold.lastEpoch())) {
                next.lease = next.lease.held(hold.lastEpoch());
            } else if (anotherGoesOn || !rules.mayKeep(row, next.memory.lineage())) {
                superseded();
            }
        } else if (next.phase() == Phase.REQUESTING) {
            row.declined()
                    .filter(refusal -> refusal.instance().equals(next.me.name()))
                    .ifPresent(refusal -> declined(refusal.why()));
        }
    }

    private void declined(String why) {
        next.tell("The request for a handoff was declined: " + why);
        next.requests = next.requests.declined(next.now);
        // The newest backup may be another one by the next request.
        next.work = next.work.withPreflighted(false);
        next.enter(Phase.STANDBY);
    }

    private void acquired(LeaseRow row) {
        next.lease = next.lease.held(row.epoch());
        if (next.phase() == Phase.STOPPING) {
            return;
        }
        Memory memory = next.memory;
        boolean mayKeep = next.phase() == Phase.DEGRADED
                || (!next.lease.hold().isFromThePast() && rules.mayResume(row, memory.finalBackup()));
        boolean keeps = memory.hasState() && mayKeep;
        next.enter(Phase.RESTORING);
        next.memory = memory.withoutRelease();
        if (!keeps) {
            Hold hold = next.lease.hold();
            next.memory = next.memory.discarded();
            next.restore(rules.restoresOnly(row, hold.isFromThePast()), hold.isFromOffer());
        }
    }

    /** Another instance went on without the last changes of this one, which are saved as a fork. */
    private void superseded() {
        next.tell(
                "Another instance took over while this one was away. The changes that this one accepted since its last"
                        + " backup are saved as a fork");
        next.lease = next.lease.lost();
        next.enter(Phase.RETIRED);
        next.save();
        next.memory = next.memory.withoutRelease();
    }
}
