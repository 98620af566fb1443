package io.gracefulbackup.internal.handoff.protocol;

import java.util.List;

/**
 * What follows from an event.
 *
 * @param state the next state
 * @param commands what is to be done, in order
 */
public record Transition(State state, List<Command> commands) {
    /** Copies the list. */
    public Transition {
        commands = List.copyOf(commands);
    }
}
