package io.gracefulbackup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The point in time after which callers stop waiting. Measured with {@link System#nanoTime()}, so it does not depend on
 * the setting of a clock. Whoever is given a deadline can only read it; the holder of its {@link Controller} can end it
 * early. Safe for use by several threads.
 */
public final class Deadline {
    /** About 146 years: the difference of two times of {@code System.nanoTime()} must not overflow. */
    private static final long MAX_NANOS = Long.MAX_VALUE / 2;

    private static final long TIMER_IDLE_MILLIS = 500;
    private static final ScheduledExecutorService TIMER = newTimer();

    private final ScheduledExecutorService timer;
    private final Consumer<Thread> threadStarter;
    private final @Nullable Deadline parent;
    private final long endNanos;
    private final Runnable end = this::end;
    private final Object monitor = new Object();

    /** Actions, and parts of this deadline that have actions. Only a deadline with watchers has an alarm. */
    private final Set<Runnable> watchers = new LinkedHashSet<>();

    private @Nullable Future<?> alarm;
    private volatile boolean ended;

    private Deadline(
            long nanosFromNow,
            @Nullable Deadline parent,
            ScheduledExecutorService timer,
            Consumer<Thread> threadStarter) {
        endNanos = System.nanoTime() + nanosFromNow;
        this.parent = parent;
        this.timer = timer;
        this.threadStarter = threadStarter;
    }

    /**
     * A deadline the given time from now; it has expired already if {@code time} is zero or negative. More than a century
     * counts as a century or more.
     */
    public static Deadline after(Duration time) {
        return after(time, TIMER, Thread::start);
    }

    /** A deadline with a timer and a way to start threads of its own, for tests. */
    static Deadline after(Duration time, ScheduledExecutorService timer, Consumer<Thread> threadStarter) {
        return new Deadline(nanos(time), null, timer, threadStarter);
    }

    /** A deadline the given time from now, as {@link #after} makes it, that its creator can end early. */
    public static Controller controlled(Duration time) {
        return new Controller(after(time));
    }

    /**
     * A deadline for a part of the work: the given time from now, but not later than this deadline. If this deadline ends
     * early, the returned one ends as well.
     */
    public Deadline atMost(Duration time) {
        return new Deadline(Math.min(nanos(time), remainingNanos()), this, timer, threadStarter);
    }

    /** A deadline for a part of the work, as {@link #atMost} makes it, that its creator can end early. */
    public Controller controlledAtMost(Duration time) {
        return new Controller(atMost(time));
    }

    /** The time left; zero once this deadline has expired. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** Whether this deadline has expired. */
    public boolean isExpired() {
        return remainingNanos() == 0;
    }

    /**
     * Runs an action when this deadline expires, or at once if it has expired already. Each action runs on a daemon
     * thread of its own, so it may block, and several actions run at the same time. The thread has the context class
     * loader of the thread that calls this method; what the action throws goes to its uncaught exception handler. A sink
     * can abort a connection or cancel a call in this way:
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
        Objects.requireNonNull(action, "action");
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Runnable watcher = () -> startThread(action, loader);
        if (watch(watcher)) {
            return () -> unwatch(watcher);
        }
        watcher.run();
        return () -> {};
    }

    /** The time left, for messages. */
    @Override
    public String toString() {
        return "Deadline[" + remaining().toMillis() + " ms left]";
    }

    private static long nanos(Duration time) {
        Objects.requireNonNull(time, "time");
        if (time.isNegative()) {
            return 0;
        }
        return time.compareTo(Duration.ofNanos(MAX_NANOS)) < 0 ? time.toNanos() : MAX_NANOS;
    }

    private long remainingNanos() {
        return hasEndedEarly() ? 0 : Math.max(0, endNanos - System.nanoTime());
    }

    private boolean hasEndedEarly() {
        return ended || (parent != null && parent.hasEndedEarly());
    }

    /**
     * Adds a watcher, and makes this deadline a watcher of its parent.
     *
     * @return false if this deadline has expired, and the watcher was not added
     */
    private boolean watch(Runnable watcher) {
        // Locks are taken from the part to the whole; end() holds none when it ends the parts.
        synchronized (monitor) {
            if (isExpired()) {
                return false;
            }
            if (watchers.isEmpty()) {
                if (parent != null && !parent.watch(end)) {
                    return false;
                }
                alarm = setAlarm();
            }
            watchers.add(watcher);
            return true;
        }
    }

    private void unwatch(Runnable watcher) {
        synchronized (monitor) {
            if (watchers.remove(watcher) && watchers.isEmpty()) {
                stopWatching();
            }
        }
    }

    /** The caller holds the monitor. */
    private void stopWatching() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
        if (parent != null) {
            parent.unwatch(end);
        }
    }

    private @Nullable Future<?> setAlarm() {
        try {
            return timer.schedule(end, remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError e) {
            // No thread can be created. The work must continue; the timer keeps the alarm until it gets its thread.
            return null;
        }
    }

    private void end() {
        List<Runnable> due;
        synchronized (monitor) {
            if (ended) {
                return;
            }
            ended = true;
            due = new ArrayList<>(watchers);
            watchers.clear();
            stopWatching();
        }
        due.forEach(Runnable::run);
    }

    private void startThread(Runnable action, @Nullable ClassLoader contextClassLoader) {
        Thread thread = daemon(action, "graceful-backup-expiry");
        thread.setContextClassLoader(contextClassLoader);
        try {
            threadStarter.accept(thread);
        } catch (OutOfMemoryError e) {
            // No thread can be created. Running the action here may block the timer, but skipping it would leave work
            // going.
            runHere(action);
        }
    }

    /** Runs an action as its own thread would: what it throws is seen, and ends nothing else. */
    private static void runHere(Runnable action) {
        Thread thread = Thread.currentThread();
        try {
            action.run();
        } catch (Throwable e) {
            try {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            } catch (Throwable ignored) {
                // As the JVM does.
            }
        }
    }

    /** A thread that keeps nothing of the thread that creates it. */
    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    /** The timer's thread ends when it has nothing to wait for, so it keeps no class loader from being collected. */
    static ScheduledThreadPoolExecutor newTimer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, work -> daemon(work, "graceful-backup-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(TIMER_IDLE_MILLIS, TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** A deadline, and the right to end it early. Safe for use by several threads. */
    public static final class Controller {
        private final Deadline deadline;

        private Controller(Deadline deadline) {
            this.deadline = deadline;
        }

        /** The deadline. Whoever is given it cannot end it. */
        public Deadline deadline() {
            return deadline;
        }

        /** Lets the deadline, and all its parts, expire now. Idempotent. */
        public void expire() {
            deadline.end();
        }
    }

    /** The registration of an action with {@link #onExpiry}. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        /** Removes the action. Idempotent. */
        @Override
        void close();
    }
}
