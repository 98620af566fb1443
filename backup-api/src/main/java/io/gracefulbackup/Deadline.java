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
 * The point in time after which callers stop waiting. Measured with {@link System#nanoTime()}, so it does not depend on
 * the setting of a clock. Safe for use by several threads.
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

    /**
     * A deadline the given time from now; it has expired already if {@code time} is zero or negative.
     *
     * @throws ArithmeticException if {@code time} exceeds 292 years
     */
    public static Deadline after(Duration time) {
        return new Deadline(Math.max(0, time.toNanos()), null);
    }

    /**
     * A deadline for a part of the work: the given time from now, but not later than this deadline. If this deadline
     * {@linkplain #expire() expires early}, the returned one expires as well.
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

    /** The time left; zero once this deadline has expired. */
    public Duration remaining() {
        synchronized (monitor) {
            return expired ? Duration.ZERO : Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
        }
    }

    /** Whether this deadline has expired. */
    public boolean isExpired() {
        return remaining().isZero();
    }

    /**
     * Runs an action when this deadline expires, or at once if it has expired already. Each action runs on a daemon
     * thread of its own, so it may block, and several actions run at the same time. A sink can abort a connection or
     * cancel a call in this way:
     *
     * <pre>{@code
     * Deadline.Registration abort = deadline.onExpiry(connection::abort);
     * try {
     *     connection.send(bytes);
     * } finally {
     *     abort.close();
     * }
     * }</pre>
     *
     * @return the registration. Closing it keeps the action from running, unless the deadline has expired by then
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

    /**
     * Lets this deadline expire now. Only its creator should do so, when the bounded work is no longer needed.
     * Idempotent.
     */
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

    /** The time left, for messages. */
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
        } catch (OutOfMemoryError e) {
            // No thread can be created. Running the action here may block the timer, but skipping it would leave work
            // going.
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

    /** The registration of an action with {@link #onExpiry}. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        /** Removes the action. Idempotent. */
        @Override
        void close();
    }
}
