package io.gracefulbackup.internal.handoff.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The host application of a simulated instance. Its actions run one after the other, and take any time. Its {@code onActive} fills
 * an empty state in several steps; a seed is a change that is there from the beginning.
 */
final class SimulatedHost {
    /** All seeds, as bits of the memory that no change has. */
    static final long SEEDS = 0b111L << Invariants.MAX_CHANGES;

    private static final long FIRST_SEED = 1L << Invariants.MAX_CHANGES;

    /** An action: {@code onActive} with the number of its command, or {@code onRetire} without one. */
    record Action(@Nullable Long number) {
        boolean isActivation() {
            return number != null;
        }
    }

    private final SimulatedInstance instance;
    private final Invariants invariants;
    /** The actions that have not ended, in their order; the first one runs. */
    private final Deque<Action> actions = new ArrayDeque<>();
    /** Whether the host was told to activate, and not yet to retire. */
    private boolean isToldToBeActive;
    /** The seed that the running action adds next; 0 if it has not begun, or adds none. */
    private long nextSeed;

    private boolean hasBegun;

    SimulatedHost(SimulatedInstance instance, Invariants invariants) {
        this.instance = instance;
        this.invariants = invariants;
    }

    @Nullable
    Action running() {
        return actions.peek();
    }

    /** Returns whether an {@code onActive} runs, or will. */
    boolean isActivating() {
        return actions.stream().anyMatch(Action::isActivation);
    }

    void activate(long number) {
        invariants.require(!isToldToBeActive, instance.name() + " activates a host that was not told to retire");
        isToldToBeActive = true;
        actions.add(new Action(number));
    }

    void retire() {
        invariants.require(
                isToldToBeActive, instance.name() + " retires a host twice, or one that was never activated");
        isToldToBeActive = false;
        actions.add(new Action(null));
    }

    /** Returns whether the running {@code onActive} has a step left before it ends. */
    boolean hasStep() {
        return !hasBegun || nextSeed != 0;
    }

    /** The running {@code onActive} looks at the state, or adds its next seed. */
    void step() {
        if (!hasBegun) {
            hasBegun = true;
            nextSeed = instance.memory == 0 ? FIRST_SEED : 0;
            return;
        }
        invariants.require((instance.memory & nextSeed) == 0, instance.name() + " has a seed twice");
        instance.memory |= nextSeed;
        nextSeed = (nextSeed << 1) & SEEDS;
    }

    /** The running action ends, well or not. */
    void end() {
        actions.remove();
        hasBegun = false;
        nextSeed = 0;
    }
}
