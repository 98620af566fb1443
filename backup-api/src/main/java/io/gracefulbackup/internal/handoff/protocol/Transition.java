package io.gracefulbackup.internal.handoff.protocol;

import java.util.List;

/**
 * The outcome of an event.
 *
 * @param state the next state
 * @param commands the commands to carry out, in order
 */
public record Transition(State state, List<Command> commands) {
    /** Copies the list. */
    public Transition {
        commands = List.copyOf(commands);
    }
}
