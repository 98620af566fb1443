package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.internal.support.Task;
import java.util.function.Consumer;

/** Tells the host when this instance becomes active and when it retires. Confined to the thread of the coordinator. */
final class Activation {
    private final HandoffActions actions;
    private final ClassLoader contextClassLoader;

    Activation(HandoffActions actions, ClassLoader contextClassLoader) {
        this.actions = actions;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * This instance has the state.
     *
     * @param whenDone called on another thread when the host is done
     * @param whenFailed called on another thread when the activation failed
     */
    void activate(long epoch, Runnable whenDone, Consumer<Throwable> whenFailed) {
        Task.start("on-active", contextClassLoader, () -> {
            try {
                actions.activate(epoch);
            } catch (RuntimeException | Error failed) {
                whenFailed.accept(failed);
                return false;
            }
            whenDone.run();
            return true;
        });
    }

    /** This instance accepts no more changes. */
    void retire() {
        Task.start("on-retire", contextClassLoader, () -> {
            actions.retire();
            return true;
        });
    }
}
