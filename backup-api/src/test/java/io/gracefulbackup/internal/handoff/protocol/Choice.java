package io.gracefulbackup.internal.handoff.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One thing that may happen next in a simulation.
 *
 * @param subject to which instance it happens, for the log
 * @param description what happens, for the log
 * @param fault the fault that it costs, or null if nothing goes wrong
 * @param weight how often it is chosen, against the others
 * @param effect makes it happen
 */
record Choice(String subject, Object description, @Nullable Fault fault, int weight, Runnable effect) {
    @Override
    public String toString() {
        return subject + description;
    }
}
