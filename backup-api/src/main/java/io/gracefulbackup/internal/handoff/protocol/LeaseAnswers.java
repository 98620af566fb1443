package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.LeaseView.Hold;
import io.gracefulbackup.internal.handoff.protocol.Requests.Incoming;
import io.gracefulbackup.internal.handoff.protocol.Work.SentStep;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import org.jspecify.annotations.Nullable;

/** Takes in how a step on the lease was answered. */
final class LeaseAnswers {
    private final TransitionBuilder next;
    private final SafetyRules rules;

    LeaseAnswers(TransitionBuilder next) {
        this.next = next;
        this.rules = next.rules;
    }

    void unanswered(Event.Unanswered event) {
        if (underWay(event.number()) == null) {
            return;
        }
        next.work = next.work.stepEnded().dueAt(next.now.plus(rules.timing.fastPoll()));
        next.lease = next.lease.withUnchangedSince(rules.unchangedSinceAfterFailure(next.lease.unchangedSince()));
        if (next.phase() == Phase.ACTIVE) {
            next.enter(Phase.DEGRADED);
        }
    }

    void answered(Event.Answered event) {
        SentStep sent = underWay(event.number());
        if (sent == null) {
            return;
        }
        LeaseResult answer = event.answer();
        LeaseRow row = answer.row();
        boolean differs = next.lease.differsFrom(row);
        boolean isFromThePast = rules.isFromThePast(row, next.lease.seenEpoch());
        next.lease = next.lease.read(row, next.now);
        // A step refused because the row has just changed is repeated soon, but not without a pause.
        ProcessTime due = answer.done() ? dueAfter(sent) : next.now.plus(rules.timing.fastPoll());
        next.work = next.work.stepEnded().dueAt(due);
        if (next.lease.isHeld()) {
            readByHolder(row, isFromThePast);
        } else {
            readByOther(row, differs, isFromThePast);
        }
        if (next.lease.isHeld() && isRefusedForItsBackup(sent.step(), answer)) {
            next.memory = next.memory.unsaved();
            next.save();
        }
        if (next.lease.isHeld() && rules.renews(answer.done(), sent.step())) {
            next.lease = next.lease.renewed(rules.termBegins(sent.at(), next.now));
            if (next.phase() == Phase.DEGRADED) {
                next.enter(Phase.ACTIVE);
            }
        }
        noteRequest(row == null ? null : row.request());
        if (!answer.done() && sent.step() instanceof LeaseStep.Read) {
            next.work = next.work.dueAt(dueAfter(sent));
        }
    }

    private @Nullable SentStep underWay(long number) {
        SentStep sent = next.work.sent();
        return sent != null && rules.isExpected(number, sent.number()) ? sent : null;
    }

    private ProcessTime dueAfter(SentStep sent) {
        Timing timing = rules.timing;
        boolean isHolder = next.lease.isHeld();
        boolean fast = next.phase() == Phase.REQUESTING
                || (isHolder && next.requests.isHeard(next.now, timing.requestExpiry()));
        return sent.at().plus(fast ? timing.fastPoll() : isHolder ? timing.renewal() : timing.poll());
    }

    /** Returns whether a release was refused though the row was as expected: a restored database has lost the final backup. */
    private static boolean isRefusedForItsBackup(LeaseStep step, LeaseResult answer) {
        LeaseRow row = answer.row();
        return step instanceof LeaseStep.Release release
                && release.finalId() != null
                && !answer.done()
                && row != null
                && release.held().equals(row.version());
    }

    private void readByHolder(@Nullable LeaseRow row, boolean isFromThePast) {
        if (row != null
                && next.me.name().equals(row.holder())
                && row.epoch() >= next.lease.hold().epoch()) {
            next.lease = next.lease.held(row.epoch());
            if (next.phase() == Phase.RESTORING && next.memory.hasState() && rules.isActive(row)) {
                next.enter(Phase.ACTIVE);
            }
        } else {
            lost(isFromThePast);
        }
    }

    private void lost(boolean isFromThePast) {
        next.lease = next.lease.lost();
        next.requests = next.requests.withObjection(null);
        switch (next.phase()) {
            case RESTORING, ACTIVE, DEGRADED, HANDING_OVER -> {
                if (next.phase() == Phase.RESTORING && !next.memory.hasUnsaved()) {
                    next.enter(next.work.isPreflighted() ? Phase.PREFLIGHTED : Phase.STANDBY);
                    next.memory = next.memory.discarded();
                } else if (isReleased(isFromThePast)) {
                    next.enter(Phase.RETIRED);
                } else if (isFromThePast) {
                    next.tell(
                            "The lease is gone or older than it was: its database was restored, or the row deleted. No"
                                    + " changes are accepted until this instance has it again");
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

    private void readByOther(@Nullable LeaseRow row, boolean differs, boolean isFromThePast) {
        if (row == null) {
            return;
        }
        Hold hold = next.lease.hold();
        if (next.me.name().equals(row.holder()) && row.epoch() > hold.lastEpoch()) {
            acquired(row);
        } else if (next.phase() == Phase.DEGRADED) {
            boolean anotherGoesOn = !isFromThePast || (differs && !row.isFree());
            if (row.isHeldBy(next.me.name(), hold.lastEpoch())) {
                next.lease = next.lease.held(hold.lastEpoch());
            } else if (anotherGoesOn || !rules.mayKeep(row, next.memory.lineage())) {
                superseded();
            }
        } else if (next.phase() == Phase.REQUESTING) {
            row.declinedReason(next.me.name()).ifPresent(this::declined);
        }
    }

    private void declined(String why) {
        next.tell("The request for a handoff was declined: " + why);
        next.requests = next.requests.declined(next.now);
        // By the next request there may be other backups to restore.
        next.work = next.work.withPreflighted(false);
        next.enter(Phase.STANDBY);
    }

    private void acquired(LeaseRow row) {
        next.lease = next.lease.held(row.epoch());
        if (next.phase() == Phase.STOPPING) {
            return;
        }
        Memory memory = next.memory;
        boolean keeps = next.phase() == Phase.DEGRADED
                ? memory.hasState() && rules.mayKeep(row, memory.lineage())
                : rules.mayResume(row, memory.finalBackup()) && memory.hasState();
        next.enter(Phase.RESTORING);
        next.memory = memory.withoutRelease();
        if (!keeps) {
            Hold hold = next.lease.hold();
            next.memory = next.memory.discarded();
            next.restore(rules.restoresOnly(row, hold.isFromThePast()), hold.isFromOffer());
        }
    }

    /** Another instance went on without this one. The changes that the other one lacks are saved as a fork. */
    private void superseded() {
        next.tell(
                "Another instance took over while this one was away. What this one had accepted since its last backup is"
                        + " saved beside the line of backups, as a fork");
        next.lease = next.lease.lost();
        next.enter(Phase.RETIRED);
        next.save();
        next.memory = next.memory.withoutRelease();
    }

    private void noteRequest(@Nullable HandoffRequest request) {
        HandoffRequest before = next.requests.request();
        if (request == null || request.instance().equals(next.me.name())) {
            next.requests = next.requests.with(null);
        } else if (!request.equals(before)) {
            next.requests = next.requests.with(new Incoming(request, next.now, rules.isAlive(request, before)));
            // The holder soon reads again, to see whether the request is repeated; the next renewal may be far.
            ProcessTime soon = next.now.plus(rules.timing.fastPoll());
            if (next.lease.isHeld() && soon.isBefore(next.work.due())) {
                next.work = next.work.dueAt(soon);
            }
        }
    }
}
