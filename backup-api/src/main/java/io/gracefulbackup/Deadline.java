package io.gracefulbackup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A moment after which nothing more is waited for. Measured by {@link System#nanoTime()}, so a clock that is set changes
 * nothing. Safe for use by several threads.
 */
public final class Deadline {
    private static final ScheduledExecutorService TIMER = newTimer();

    private final long endNanos;
    private final Object monitor = new Object();
    private final List<Runnable> actions = new ArrayList<>();
    private final Set<Deadline> children = new HashSet<>();
    private final @Nullable Deadline parent;
    private final Future<?> alarm;
    private boolean expired;

    private Deadline(long nanosFromNow, @Nullable Deadline parent) {
        this.parent = parent;
        endNanos = System.nanoTime() + nanosFromNow;
        alarm = TIMER.schedule(this::expire, nanosFromNow, TimeUnit.NANOSECONDS);
    }

    /** A deadline that much time from now; none left if {@code time} is zero or negative. */
    public static Deadline after(Duration time) {
        return new Deadline(Math.max(0, time.toNanos()), null);
    }

    /**
     * A deadline for a part of the work: that much time from now, and never later than this one.
     *
     * <p>When this deadline is {@linkplain #expire() ended early}, the part ends as well.
     */
    public Deadline atMost(Duration time) {
        Duration left = remaining();
        Deadline child = new Deadline(Math.max(0, (time.compareTo(left) < 0 ? time : left).toNanos()), this);
        synchronized (monitor) {
            if (!expired) {
                children.add(child);
                return child;
            }
        }
        child.expire();
        return child;
    }

    /** The time left, zero when there is none. */
    public Duration remaining() {
        synchronized (monitor) {
            return expired ? Duration.ZERO : Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
        }
    }

    /** Whether no time is left. */
    public boolean isExpired() {
        return remaining().isZero();
    }

    /**
     * Runs an action when the time is over, at once if it is over already; each on a daemon thread of its own, so it may
     * hang. This is how a sink gets its connection aborted or its call cancelled.
     *
     * @return closes the registration: the action will not start any more
     */
    public Registration onExpiry(Runnable action) {
        synchronized (monitor) {
            if (!expired) {
                actions.add(action);
                return () -> remove(action);
            }
        }
        start(action);
        return () -> {};
    }

    /** Ends it now, for whoever made it: what it bounds is no longer wanted. */
    public void expire() {
        List<Runnable> due;
        List<Deadline> ending;
        synchronized (monitor) {
            if (expired) {
                return;
            }
            expired = true;
            due = new ArrayList<>(actions);
            actions.clear();
            ending = new ArrayList<>(children);
            children.clear();
        }
        alarm.cancel(false);
        if (parent != null) {
            parent.forget(this);
        }
        ending.forEach(Deadline::expire);
        due.forEach(Deadline::start);
    }

    /** The time left, for people. */
    @Override
    public String toString() {
        return "Deadline[" + remaining().toMillis() + " ms left]";
    }

    private void forget(Deadline child) {
        synchronized (monitor) {
            children.remove(child);
        }
    }

    private void remove(Runnable action) {
        synchronized (monitor) {
            actions.remove(action);
        }
    }

    private static void start(Runnable action) {
        Thread thread = new Thread(action, "graceful-backup-expiry");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError noThreadsLeft) {
            // Better one action that may hang this thread than all others that never run.
            action.run();
        }
    }

    private static ScheduledExecutorService newTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName("graceful-backup-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** An action that waits for a deadline. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        /** The action is no longer wanted. */
        @Override
        void close();
    }
}
