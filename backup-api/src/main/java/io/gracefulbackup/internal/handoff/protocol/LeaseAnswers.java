package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.Requests.Incoming;
import io.gracefulbackup.internal.handoff.protocol.Work.SentStep;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import org.jspecify.annotations.Nullable;

/** Takes in the answers to steps on the lease. */
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
        LeaseRow row = answer.row().orElse(null);
        boolean isChanged = next.lease.differsFrom(row);
        boolean isFromThePast = rules.isFromThePast(row, next.lease.seenEpoch());
        ProcessTime unchangedSince = next.lease.unchangedSince();
        if (unchangedSince != null) {
            next.lease = next.lease.withUnchangedSince(
                    rules.unchangedSinceAfterAnswer(unchangedSince, next.now.since(sent.at())));
        }
        next.lease = next.lease.read(row, next.now);
        // A step that was refused because the row had just changed is tried again soon, but not without a pause.
        ProcessTime due = answer.done() ? dueAfter(sent) : next.now.plus(rules.timing.fastPoll());
        next.work = next.work.stepEnded().dueAt(due);
        new HolderChanges(next).read(row, isChanged, isFromThePast);
        if (next.lease.isHeld() && isRefusedForItsBackup(sent.step(), answer)) {
            refusedForItsBackup();
        }
        if (next.lease.isHeld() && rules.renews(answer.done(), sent.step())) {
            if (sent.covers()) {
                next.lease = next.lease.renewed(rules.termBegins(sent.at(), next.now));
            }
            if (next.phase() == Phase.DEGRADED) {
                next.enter(Phase.ACTIVE);
            }
        }
        noteRequest(row == null ? null : row.request().orElse(null));
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
                || (isHolder && next.requests.isCurrent(next.now, timing.requestExpiry()));
        return sent.at().plus(fast ? timing.fastPoll() : isHolder ? timing.renewal() : timing.poll());
    }

    /** Returns whether a release was refused though the row was as expected: the database was restored and lacks the backup. */
    private static boolean isRefusedForItsBackup(LeaseStep step, LeaseResult answer) {
        LeaseRow row = answer.row().orElse(null);
        return step instanceof LeaseStep.Release release
                && release.finalId() != null
                && !answer.done()
                && row != null
                && release.held().equals(row.version());
    }

    private void refusedForItsBackup() {
        if (next.memory.hasState()) {
            next.memory = next.memory.unsaved();
            next.save();
        } else {
            next.memory = next.memory.withFinalBackup(null);
        }
    }

    private void noteRequest(@Nullable HandoffRequest request) {
        HandoffRequest before = next.requests.request();
        if (request == null || request.instance().equals(next.me.name())) {
            next.requests = next.requests.with(null);
        } else if (!request.equals(before)) {
            next.requests = next.requests.with(new Incoming(request, next.now, rules.isAlive(request, before)));
            // The holder reads again soon to see whether the request is repeated, instead of at its next renewal.
            ProcessTime soon = next.now.plus(rules.timing.fastPoll());
            if (next.lease.isHeld() && soon.isBefore(next.work.due())) {
                next.work = next.work.dueAt(soon);
            }
        }
    }
}
