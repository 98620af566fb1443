package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import java.time.Duration;

/**
 * The protocol by which overlapping instances hand over the state, as a pure function from a state and an event to the next
 * state and the commands to carry out. Immutable, and safe for use by several threads.
 */
public final class Protocol {
    private final Instance me;
    private final SafetyRules rules;

    /**
     * Creates the protocol of one instance.
     *
     * @param term how long a renewal holds the lease
     */
    public Protocol(Instance me, Duration term) {
        this(me, new SafetyRules(Timing.of(term)));
    }

    Protocol(Instance me, SafetyRules rules) {
        this.me = me;
        this.rules = rules;
    }

    /**
     * Returns the state of an instance before its first event.
     *
     * @param seenEpoch the highest epoch in any authenticated header, or 0 if there is none
     */
    public State begin(ProcessTime now, long seenEpoch) {
        return State.initial(now, seenEpoch);
    }

    /**
     * Takes in an event, and returns the next state and the commands to carry out. Has no side effects.
     *
     * @param before the state that the last event left
     */
    public Transition on(State before, Event event) {
        TransitionBuilder next = new TransitionBuilder(me, rules, before, event.at());
        GateControl gate = new GateControl(next);
        Handoffs handoffs = new Handoffs(next);
        gate.look();
        takeIn(event, next);
        new HostSteps(next).settle();
        gate.closeUnlessCovered();
        handoffs.prepare();
        handoffs.answer();
        new StepPlanner(me, rules, next.state(), event.at()).choose().ifPresent(next::send);
        gate.openIfCovered();
        new LongWaitReport(next).report();
        new ProcessExit(next).finishIfDone();
        return next.build();
    }

    /**
     * Returns whether the state in memory is the application's present one, so that it may be read: this instance holds the lease as
     * far as it can know, and has not begun to release it.
     */
    public boolean hasState(State state, ProcessTime now) {
        boolean mayHaveState = switch (state.phase()) {
            case ACTIVE, DEGRADED, HANDING_OVER, STOPPING -> !state.isActivating();
            case STANDBY, PREFLIGHTED, REQUESTING, RESTORING, RETIRED, FAILED -> false;
        };
        ProcessTime renewedAt = state.lease().hold().renewedAt();
        return mayHaveState
                && state.memory().hasState()
                && !state.memory().isReleasing()
                && state.lease().isHeld()
                && renewedAt != null
                && rules.coverage(renewedAt).surelyContains(now);
    }

    /** Takes in the event itself; what follows from the state that it leaves comes afterwards. */
    private static void takeIn(Event event, TransitionBuilder next) {
        LeaseAnswers answers = new LeaseAnswers(next);
        EngineReports reports = new EngineReports(next);
        HostSteps host = new HostSteps(next);
        if (event instanceof Event.Answered answered) {
            answers.answered(answered);
        } else if (event instanceof Event.Unanswered unanswered) {
            answers.unanswered(unanswered);
        } else if (event instanceof Event.Preflighted preflighted) {
            reports.preflighted(preflighted);
        } else if (event instanceof Event.Restored restored) {
            reports.restored(restored);
        } else if (event instanceof Event.Saved saved) {
            reports.saved(saved);
        } else if (event instanceof Event.Activated activated) {
            host.activated(activated);
        } else if (event instanceof Event.Failed failed) {
            reports.failed(failed);
            host.failed(failed);
        } else if (event instanceof Event.Asked) {
            next.requests = next.requests.asked(next.now);
        } else if (event instanceof Event.Stop) {
            new ProcessExit(next).begin();
        }
    }
}
