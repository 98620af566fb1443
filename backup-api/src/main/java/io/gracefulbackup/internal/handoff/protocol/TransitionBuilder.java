package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.State.Work;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One transition in the making: takes in what has happened, then does what follows from what is known. */
final class TransitionBuilder {
    private final Instance me;
    private final SafetyRules rules;
    private final State s;
    private final ProcessTime now;
    private final List<Command> commands = new ArrayList<>();

    TransitionBuilder(Instance me, SafetyRules rules, State state, ProcessTime now) {
        this.me = me;
        this.rules = rules;
        this.s = state;
        this.now = now;
    }

    State state() {
        return s;
    }

    List<Command> commands() {
        return commands;
    }

    void happens(Event event) {
        if (event instanceof Event.Answered answered) {
            answered(answered);
        } else if (event instanceof Event.Unanswered unanswered) {
            unanswered(unanswered);
        } else if (event instanceof Event.Asked) {
            s.asked = now;
        } else if (event instanceof Event.Preflighted preflighted) {
            preflighted(preflighted);
        } else if (event instanceof Event.Restored restored) {
            restored(restored);
        } else if (event instanceof Event.Saved saved) {
            saved(saved);
        } else if (event instanceof Event.Failed failed) {
            failed(failed);
        } else if (event instanceof Event.Stop) {
            stop();
        }
        shutGate();
        follow();
        if (s.sent == null) {
            new StepPlanner(me, rules, s, now).choose().ifPresent(this::send);
        }
        openGate();
        speakUp();
        if (s.phase == Phase.STOPPING && !s.finished && isThrough()) {
            s.finished = true;
            commands.add(new Command.Finish());
        }
    }

    // ---- what is known of the lease

    private void answered(Event.Answered event) {
        State.Sent sent = s.sent;
        if (sent == null || !rules.isExpected(event.number(), sent.number())) {
            return;
        }
        s.sent = null;
        LeaseResult answer = event.answer();
        LeaseRow row = answer.row();
        boolean changed = !s.looked || s.unchangedSince == null || !Objects.equals(version(row), version(s.row));
        boolean stirred = s.looked && !Objects.equals(version(row), version(s.row));
        if (changed) {
            s.unchangedSince = now;
        }
        boolean past = rules.isFromThePast(row, s.seenEpoch);
        s.looked = true;
        s.row = row;
        s.seenEpoch = Math.max(s.seenEpoch, row == null ? 0 : row.epoch());
        // Refused because it looked different a moment ago: at once again, but not over and over.
        s.due = answer.done() ? dueAfter(sent) : now.plus(rules.timing.fastPoll());
        if (s.holds()) {
            asHolder(row, past);
        } else {
            asOther(row, stirred, past);
        }
        if (s.holds() && isRefusedForItsBackup(sent.step(), answer)) {
            s.saved = null;
            s.hasUnsaved = true;
            save();
        }
        if (s.holds() && rules.renews(answer.done(), sent.step())) {
            s.renewed = rules.termBegins(sent.at(), now);
            if (s.phase == Phase.DEGRADED) {
                enter(Phase.ACTIVE);
            }
        }
        listenTo(row == null ? null : row.request());
        if (!answer.done() && sent.step() instanceof LeaseStep.Read) {
            s.due = dueAfter(sent);
        }
    }

    /** Whether a release was refused though the row was as expected: the final backup has gone, as its database was restored. */
    private static boolean isRefusedForItsBackup(LeaseStep step, LeaseResult answer) {
        return step instanceof LeaseStep.Release release
                && release.finalId() != null
                && !answer.done()
                && release.held().equals(version(answer.row()));
    }

    private static LeaseRow.@Nullable Version version(@Nullable LeaseRow row) {
        return row == null ? null : row.version();
    }

    private ProcessTime dueAfter(State.Sent sent) {
        boolean hurry = s.phase == Phase.REQUESTING || (s.holds() && !isSilent());
        Timing timing = rules.timing;
        return sent.at().plus(hurry ? timing.fastPoll() : s.holds() ? timing.renewal() : timing.poll());
    }

    private void unanswered(Event.Unanswered event) {
        State.Sent sent = s.sent;
        if (sent == null || !rules.isExpected(event.number(), sent.number())) {
            return;
        }
        s.sent = null;
        s.unchangedSince = rules.unchangedSinceAfterFailure(s.unchangedSince);
        s.due = now.plus(rules.timing.fastPoll());
        if (s.phase == Phase.ACTIVE) {
            enter(Phase.DEGRADED);
        }
    }

    private void asHolder(@Nullable LeaseRow row, boolean past) {
        if (row != null && me.name().equals(row.holder()) && row.epoch() >= s.epoch) {
            s.epoch = row.epoch();
            s.heldEpoch = s.epoch;
            if (s.phase == Phase.RESTORING && s.hasState && rules.isActive(row)) {
                enter(Phase.ACTIVE);
            }
            return;
        }
        s.epoch = 0;
        s.renewed = null;
        s.objection = null;
        switch (s.phase) {
            case RESTORING, ACTIVE, DEGRADED, HANDING_OVER -> {
                if (s.phase == Phase.RESTORING && !s.hasUnsaved) {
                    standBy();
                } else if (s.releasing || (s.saved != null && !past)) {
                    enter(Phase.RETIRED);
                } else if (past) {
                    tell("The lease is gone or older than it was: its database was restored, or the row deleted. No"
                            + " changes are accepted until this instance has it again");
                    s.saved = null;
                    s.hasUnsaved = true;
                    enter(Phase.DEGRADED);
                } else {
                    superseded();
                }
            }
            default -> {}
        }
    }

    private void asOther(@Nullable LeaseRow row, boolean stirred, boolean past) {
        if (row != null && me.name().equals(row.holder()) && row.epoch() > s.heldEpoch) {
            acquired(row);
            return;
        }
        if (s.phase == Phase.DEGRADED && row != null && row.isHeldBy(me.name(), s.heldEpoch)) {
            s.epoch = s.heldEpoch;
        } else if (s.phase == Phase.DEGRADED && row != null) {
            boolean anotherGoesOn = !past || (stirred && !row.isFree());
            if (anotherGoesOn || !rules.mayKeep(row, s.lineage)) {
                superseded();
            }
        }
        if (s.phase == Phase.REQUESTING && row != null) {
            row.declinedReason(me.name()).ifPresent(why -> {
                tell("The request for a handoff was declined: " + why);
                s.declined = now;
                s.asked = null;
                // What it can restore may be more by then.
                s.preflighted = false;
                enter(Phase.STANDBY);
            });
        }
    }

    private void acquired(LeaseRow row) {
        s.epoch = row.epoch();
        s.heldEpoch = row.epoch();
        if (s.phase == Phase.STOPPING) {
            return;
        }
        boolean keeps = s.phase == Phase.DEGRADED
                ? s.hasState && rules.mayKeep(row, s.lineage)
                : rules.mayResume(row, s.saved) && s.hasState;
        enter(Phase.RESTORING);
        s.saved = null;
        s.releasing = false;
        if (!keeps) {
            s.hasState = false;
            s.hasUnsaved = false;
            s.lineage = List.of();
            s.work = new Work(++s.lastNumber, Work.Kind.RESTORE);
            commands.add(new Command.Restore(s.lastNumber, rules.restoresOnly(row, s.tookFromThePast), s.tookOffer));
        }
    }

    /** Others went on without this instance. What it has that they have not is kept beside. */
    private void superseded() {
        tell("Another instance took over while this one was away. What this one had accepted since its last backup is"
                + " saved beside the line of backups, as a fork");
        s.epoch = 0;
        s.renewed = null;
        enter(Phase.RETIRED);
        s.releasing = false;
        save();
        s.saved = null;
    }

    private void listenTo(@Nullable HandoffRequest want) {
        if (want == null || want.instance().equals(me.name())) {
            forgetWant();
        } else if (!want.equals(s.want)) {
            s.wantAlive = rules.isAlive(want, s.want);
            s.want = want;
            s.wantSince = now;
            // The holder looks soon whether that one is still there, not at the next renewal only.
            ProcessTime soon = now.plus(rules.timing.fastPoll());
            if (s.holds() && soon.isBefore(s.due)) {
                s.due = soon;
            }
        }
    }

    private void forgetWant() {
        s.want = null;
        s.wantSince = null;
        s.wantAlive = false;
    }

    /** Whether somebody asks and goes on asking. */
    private boolean isWanted() {
        return s.wantAlive && !isSilent();
    }

    private boolean isSilent() {
        return s.wantSince == null || now.since(s.wantSince).compareTo(rules.timing.requestExpiry()) >= 0;
    }

    // ---- what the engine reports

    private boolean ends(long number, Work.Kind kind) {
        Work work = s.work;
        if (work == null || work.number() != number || work.kind() != kind) {
            return false;
        }
        s.work = null;
        return true;
    }

    private void preflighted(Event.Preflighted event) {
        if (ends(event.number(), Work.Kind.PREFLIGHT)) {
            s.preflighted = true;
            sawHeaders(event.highestEpoch());
        }
    }

    private void restored(Event.Restored event) {
        if (!ends(event.number(), Work.Kind.RESTORE)) {
            return;
        }
        sawHeaders(event.highestEpoch());
        if (s.phase == Phase.RESTORING) {
            s.hasState = true;
            s.lineage = event.lineage();
            s.due = now;
        }
    }

    private void sawHeaders(long highestEpoch) {
        s.headerEpoch = Math.max(s.headerEpoch, highestEpoch);
        s.seenEpoch = Math.max(s.seenEpoch, highestEpoch);
    }

    private void saved(Event.Saved event) {
        if (!ends(event.number(), Work.Kind.SAVE)) {
            return;
        }
        List<BackupId> lineage = new ArrayList<>(s.lineage);
        lineage.add(0, event.id());
        s.lineage = List.copyOf(lineage);
        s.hasUnsaved = false;
        boolean isFinal = !event.isFork();
        if (s.phase == Phase.HANDING_OVER) {
            if (!isFinal) {
                s.epoch = 0;
                s.renewed = null;
                enter(Phase.RETIRED);
            } else if (isWanted()) {
                s.saved = event.id();
                s.due = now;
            } else {
                enter(Phase.ACTIVE);
            }
        } else if (s.phase == Phase.STOPPING) {
            s.saved = isFinal ? event.id() : null;
            s.due = now;
        }
    }

    private void failed(Event.Failed event) {
        if (ends(event.number(), Work.Kind.PREFLIGHT)) {
            s.preflightFailed = now;
            tell("The newest backup could not be restored here, so this instance does not ask for the state: "
                    + event.why());
        } else if (ends(event.number(), Work.Kind.RESTORE)) {
            if (s.phase == Phase.RESTORING) {
                tell("The state could not be restored, so this instance leaves it to others: " + event.why());
                s.due = now;
                enter(Phase.FAILED);
            }
        } else if (ends(event.number(), Work.Kind.SAVE)) {
            if (s.phase == Phase.HANDING_OVER) {
                s.objection = "its last backup failed: " + event.why();
                enter(Phase.ACTIVE);
            }
        }
    }

    private void stop() {
        if (s.phase == Phase.STOPPING) {
            return;
        }
        // Hosts that do not use the gate change their state as well.
        s.hasUnsaved |= s.phase == Phase.ACTIVE || s.phase == Phase.DEGRADED;
        if (!s.hasUnsaved && s.phase != Phase.HANDING_OVER) {
            s.hasState = false;
            s.saved = null;
        }
        s.due = now;
        enter(Phase.STOPPING);
        if (s.hasUnsaved) {
            save();
        }
    }

    // ---- what follows

    private void follow() {
        Timing timing = rules.timing;
        boolean asked = s.asked != null && now.since(s.asked).compareTo(timing.requestWindow()) < 0;
        if (s.phase.isOutside() && s.looked) {
            boolean rested = s.preflightFailed == null
                    || (asked && now.since(s.preflightFailed).compareTo(timing.retryDelay()) >= 0);
            boolean othersHaveIt = s.row != null && !s.row.isFree();
            if (!s.preflighted && s.work == null && rested && othersHaveIt) {
                s.preflightFailed = null;
                s.work = new Work(++s.lastNumber, Work.Kind.PREFLIGHT);
                commands.add(new Command.Preflight(s.lastNumber));
            }
            boolean declined = s.declined != null && now.since(s.declined).compareTo(timing.retryDelay()) < 0;
            Phase phase = !s.preflighted ? Phase.STANDBY : asked && !declined ? Phase.REQUESTING : Phase.PREFLIGHTED;
            if (phase != s.phase) {
                if (phase == Phase.REQUESTING) {
                    s.due = now;
                }
                s.phase = phase;
            }
        }
        if (s.phase == Phase.ACTIVE && s.gateUntil != null && s.objection == null && isWanted()) {
            HandoffRequest want = Objects.requireNonNull(s.want);
            s.objection = me.objection(want.instance(), want.terms())
                    .map(why -> "Instance " + want.instance() + " cannot take over from " + me.name() + ": " + why)
                    .orElse(null);
            if (s.objection == null) {
                enter(Phase.HANDING_OVER);
                save();
            } else {
                tell(s.objection);
            }
        }
        if (s.phase != Phase.ACTIVE || s.want == null) {
            s.objection = null;
        }
    }

    /** Closes the gate first: what is saved comes after. */
    private void save() {
        closeGate();
        s.work = new Work(++s.lastNumber, Work.Kind.SAVE);
        commands.add(new Command.Save(s.lastNumber, new Fence(s.heldEpoch, me.name())));
    }

    private void standBy() {
        enter(s.preflighted ? Phase.PREFLIGHTED : Phase.STANDBY);
        s.hasState = false;
        s.lineage = List.of();
    }

    private void send(LeaseStep step) {
        if (step instanceof LeaseStep.Acquire) {
            s.tookFromThePast = rules.isFromThePast(s.row, s.seenEpoch);
            s.tookOffer = s.row != null && s.row.offer() != null;
        } else if (step instanceof LeaseStep.Release release && release.finalId() != null) {
            s.releasing = true;
        } else if (step instanceof LeaseStep.Decline) {
            s.objection = null;
            forgetWant();
        }
        s.sent = new State.Sent(++s.lastNumber, step, now);
        commands.add(new Command.Send(s.lastNumber, step));
    }

    private boolean mayAccept() {
        ProcessTime renewed = s.renewed;
        LeaseRow row = s.row;
        return s.holds()
                && (s.phase == Phase.ACTIVE || s.phase == Phase.DEGRADED)
                && renewed != null
                && row != null
                && rules.isActive(row)
                && now.isSurelyBefore(rules.coveredUntil(renewed));
    }

    private void shutGate() {
        if (s.gateUntil != null && !mayAccept()) {
            closeGate();
        }
    }

    private void closeGate() {
        if (s.gateUntil != null) {
            s.gateUntil = null;
            commands.add(new Command.CloseGate());
        }
    }

    private void openGate() {
        shutGate();
        if (mayAccept()) {
            ProcessTime until = rules.coveredUntil(Objects.requireNonNull(s.renewed));
            if (!until.equals(s.gateUntil)) {
                s.gateUntil = until;
                s.hasUnsaved = true;
                commands.add(new Command.OpenGate(until));
            }
        }
    }

    /** Whether nothing is left to do before the end. */
    private boolean isThrough() {
        return s.sent == null && !s.isBusyWith(Work.Kind.SAVE) && (!s.holds() || !rules.mayRelease(s.hasUnsaved));
    }

    private void enter(Phase phase) {
        s.phase = phase;
        s.phaseSince = now;
        s.longWaitTold = false;
    }

    private void speakUp() {
        if (!s.longWaitTold && now.since(s.phaseSince).compareTo(rules.timing.longWait()) >= 0) {
            String others =
                    s.row == null || s.row.holder() == null ? "nobody has the state" : s.row.holder() + " has it";
            if (s.phase.isOutside()) {
                s.longWaitTold = true;
                tell("This instance has been waiting for "
                        + rules.timing.longWait().toMinutes()
                        + " minutes and accepts nothing; " + others
                        + ". One instance at a time writes: run one, or send this one the traffic");
            } else if (s.phase == Phase.RETIRED || s.phase == Phase.FAILED) {
                s.longWaitTold = true;
                tell("This instance has accepted nothing for "
                        + rules.timing.longWait().toMinutes() + " minutes; " + others
                        + ". Stop it, or let it be the only one");
            }
        }
    }

    private void tell(String line) {
        commands.add(new Command.Tell(line));
    }
}
