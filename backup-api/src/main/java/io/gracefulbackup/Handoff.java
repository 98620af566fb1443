package io.gracefulbackup;

import io.gracefulbackup.internal.config.BuilderState;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Registers what an application does when it becomes active and when it stops being active, where instances overlap
 * during a deploy; see {@link GracefulShutdown.Builder#handoff}. Not safe for use by several threads; use it within
 * that call only.
 *
 * <p>The actions of one kind run one after the other, in the order in which they were registered. Where there is a
 * lease they run on threads of the library, and an {@link #onRetire} action may start while an {@link #onActive} action
 * is still running. Exceptions are logged and otherwise ignored.
 */
public final class Handoff {
    private final BuilderState builderState;

    Handoff(BuilderState builderState) {
        this.builderState = builderState;
    }

    /**
     * Adds an action for each time that this instance has the state and is about to accept changes. This is the place
     * to fill an empty state with initial data, and to start work that only one instance may do.
     *
     * <p>Where there is a lease, {@link GracefulShutdown#write} accepts no change before all actions have ended, not
     * even from the action itself, so the action changes the state directly. An action that does not return keeps this
     * instance from accepting changes. Where there is no lease, the actions run once, on the thread that calls {@code
     * install()}, after the shutdown hook is armed and while the gate is open.
     *
     * @param action receives how the state came about; {@link RestoreReport.Outcome#KEPT} if this instance had handed
     *     over and resumes with the state that it had
     */
    public Handoff onActive(Consumer<RestoreReport> action) {
        builderState.onActive.add(Objects.requireNonNull(action, "action"));
        return this;
    }

    /**
     * Adds an action for each time that this instance stops accepting changes while it continues to run, because
     * another instance has the state or may have it. This is the place to stop work that only one instance may do. Not
     * called at an exit; use a {@linkplain GracefulShutdown.Builder#drain drain step} for that.
     */
    public Handoff onRetire(Runnable action) {
        builderState.onRetire.add(Objects.requireNonNull(action, "action"));
        return this;
    }
}
