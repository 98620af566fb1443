package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.internal.support.Task;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the host's {@code onActive} and {@code onRetire} actions one after the other, in the order of the calls, on a thread that
 * ends when there is nothing to do. Safe for use by several threads.
 */
final class Activation {
    private final HandoffActions actions;
    private final ClassLoader contextClassLoader;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private boolean isRunning;

    /** What the host does, and what follows. Exactly one of the last two is called, on any thread. */
    private record Turn(Runnable actions, Runnable whenDone, Consumer<Throwable> whenFailed) {
        void take() {
            try {
                actions.run();
            } catch (Throwable failed) {
                // Code that was compiled from other languages also throws checked exceptions.
                whenFailed.accept(failed);
                return;
            }
            whenDone.run();
        }
    }

    Activation(HandoffActions actions, ClassLoader contextClassLoader) {
        this.actions = actions;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * This instance has the state: runs the {@code onActive} actions.
     *
     * @param whenDone called on another thread when the host is done
     * @param whenFailed called on any thread if the activation failed
     */
    void activate(long epoch, Runnable whenDone, Consumer<Throwable> whenFailed) {
        add(new Turn(() -> actions.activate(epoch), whenDone, whenFailed));
    }

    /**
     * This instance accepts no more changes: runs the {@code onRetire} actions.
     *
     * @param whenFailed called on any thread if that failed
     */
    void retire(Consumer<Throwable> whenFailed) {
        add(new Turn(actions::retire, () -> {}, whenFailed));
    }

    private void add(Turn turn) {
        synchronized (this) {
            waiting.add(turn);
            if (isRunning) {
                return;
            }
            isRunning = true;
        }
        Task.inBackground("host", contextClassLoader, this::takeAll, this::failAll);
    }

    private void takeAll() {
        for (Turn turn = next(); turn != null; turn = next()) {
            turn.take();
            // An interrupt that the host left behind is not meant for its next turn.
            Thread.interrupted();
        }
    }

    private void failAll(Throwable why) {
        for (Turn turn = next(); turn != null; turn = next()) {
            turn.whenFailed().accept(why);
        }
    }

    private synchronized @Nullable Turn next() {
        Turn turn = waiting.poll();
        isRunning = turn != null;
        return turn;
    }
}
