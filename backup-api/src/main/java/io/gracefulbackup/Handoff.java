package io.gracefulbackup;

import io.gracefulbackup.internal.config.BuilderState;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Registers what an application does when it becomes active and when it stops being active, where instances overlap
 * during a deploy; see {@link GracefulShutdown.Builder#handoff}. Not safe for use by several threads; use it within
 * that call only.
 *
 * <p>All actions run one at a time, those of one kind in the order in which they were registered, with the context
 * class loader of {@code install()}: an {@link #onRetire} action never begins before the {@link #onActive} actions have
 * ended. Where there is a lease they run on threads of the library, else on the thread that calls {@code install()}.
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
     * <p>Before all actions have ended, nothing is saved and handed over, and {@link GracefulShutdown#write} accepts no
     * change, not even from the action itself: the action changes the state directly. An exit waits for them a part of
     * its time, and saves nothing if they take longer. Without a lease {@code install()} returns when they have ended;
     * with a lease it does so too, unless they take longer than ten seconds. Without a lease they run once.
     *
     * <p>An exception is logged and otherwise ignored, except where the state {@linkplain RestoreReport.Outcome#EMPTY
     * began empty}: then the initial data is incomplete. No further action runs, nothing is saved, no change is accepted,
     * and {@code install()} throws a {@link BackupException}. If {@code install()} has returned before, this instance
     * leaves the state to others and is {@link BackupStatus.State#FAILED}.
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
     * called at an exit, nor by {@link GracefulShutdown#uninstall}; use a {@linkplain GracefulShutdown.Builder#drain drain
     * step} for the exit. Exceptions are logged and otherwise ignored.
     */
    public Handoff onRetire(Runnable action) {
        builderState.onRetire.add(Objects.requireNonNull(action, "action"));
        return this;
    }
}
