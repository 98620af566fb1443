package io.gracefulbackup;

import io.gracefulbackup.internal.config.BuilderState;
import java.util.function.Consumer;

/**
 * What an application does when its turn comes and when it ends, where instances overlap during a deploy. Given to {@link
 * GracefulShutdown.Builder#handoff}. Not safe for use by several threads; of use once.
 *
 * <p>Both are called on a thread of the library, one after the other. What they throw is reported and stops nothing.
 */
public final class Handoff {
    private final BuilderState builderState;

    Handoff(BuilderState builderState) {
        this.builderState = builderState;
    }

    /**
     * Is called whenever this instance has the state and is about to accept changes: the place to seed an empty one and to
     * start what only one instance may do. {@link GracefulShutdown#write} lets nobody in before it has returned, its own
     * thread included: change the state directly. Also called, once, where there is no lease to wait for.
     *
     * @param action gets how the state came; {@link RestoreReport.Outcome#KEPT} when this instance had handed over and is
     *     back with the state that it had
     */
    public Handoff onActive(Consumer<RestoreReport> action) {
        builderState.onActive.add(action);
        return this;
    }

    /**
     * Is called whenever this instance accepts no changes any more although it goes on running: another one has the state, or
     * may have it. The place to stop what only one instance may do. Not called at an exit, for which there are drain steps.
     */
    public Handoff onRetire(Runnable action) {
        builderState.onRetire.add(action);
        return this;
    }
}
