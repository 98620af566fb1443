package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import java.time.Duration;

/**
 * The protocol by which overlapping instances take turns, as a function: from a state and an event to the next state and the
 * commands. Safe for use by several threads.
 */
public final class Protocol {
    private final Instance me;
    private final SafetyRules rules;

    /**
     * Of one instance.
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
     * Before anything has happened.
     *
     * @param seenEpoch the highest epoch in any authenticated header, 0 without
     */
    public State begin(ProcessTime now, long seenEpoch) {
        return new State(now, seenEpoch);
    }

    /** What follows from an event. */
    public Transition on(State before, Event event) {
        TransitionBuilder move = new TransitionBuilder(me, rules, new State(before), event.at());
        move.happens(event);
        return new Transition(move.state(), move.commands());
    }
}
