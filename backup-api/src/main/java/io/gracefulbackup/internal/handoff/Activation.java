package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.internal.support.Task;
import org.jspecify.annotations.Nullable;

/**
 * Tells the host when this instance becomes active and when it retires, and opens the gate only once the host has done what
 * comes before the first change. Confined to the thread of the coordinator.
 */
final class Activation {
    private final WriteGate gate;
    private final HandoffActions actions;
    private final ClassLoader contextClassLoader;
    private boolean isActive;
    private boolean isActivating;
    /** Until when the gate is to be open once the host is done. */
    private @Nullable ProcessTime openUntil;

    Activation(WriteGate gate, HandoffActions actions, ClassLoader contextClassLoader) {
        this.gate = gate;
        this.actions = actions;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * This instance has the state.
     *
     * @param whenDone called on another thread when the host is done; must lead to {@link #activated()}
     */
    void activate(long epoch, Runnable whenDone) {
        isActive = true;
        isActivating = true;
        Task.start("on-active", contextClassLoader, () -> {
            actions.activate(epoch);
            whenDone.run();
            return true;
        });
    }

    /** The host is done: opens the gate if the protocol has asked for it meanwhile. */
    void activated() {
        isActivating = false;
        ProcessTime until = openUntil;
        openUntil = null;
        if (until != null) {
            gate.open(until);
        }
    }

    /** This instance accepts no more changes. Has no effect unless it was active. */
    void retire() {
        if (isActive) {
            isActive = false;
            Task.start("on-retire", contextClassLoader, () -> {
                actions.retire();
                return true;
            });
        }
    }

    /** Opens the gate, or extends its time; while the host is not done, as soon as it is. */
    void openGate(ProcessTime until) {
        if (isActivating) {
            openUntil = until;
        } else {
            gate.open(until);
        }
    }

    /** Shuts the gate. */
    void shutGate() {
        openUntil = null;
        gate.shut();
    }
}
