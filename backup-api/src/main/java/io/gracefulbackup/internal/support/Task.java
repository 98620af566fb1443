package io.gracefulbackup.internal.support;

import io.gracefulbackup.Deadline;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Work on a daemon thread of its own. The work may hang, throw an {@code Error} or call {@code System.exit}; callers wait
 * for it no longer than their own deadline. Safe for use by several threads.
 *
 * @param <T> the result of the work
 */
public final class Task<T> {
    private final Object monitor = new Object();
    private final FutureTask<T> future;
    private final TaskThread thread;
    private final ClassLoader contextClassLoader;
    private final Consumer<Thread> starter;

    Task(String name, ClassLoader contextClassLoader, Consumer<Thread> starter, Callable<T> work) {
        this.contextClassLoader = contextClassLoader;
        this.starter = starter;
        future = new FutureTask<>(work) {
            @Override
            protected void done() {
                wakeWaiters();
            }
        };
        thread = new TaskThread(future, "graceful-backup-" + name);
        thread.setContextClassLoader(contextClassLoader);
    }

    /** As {@link Threads#start}. */
    public static <T> Task<T> start(String name, ClassLoader contextClassLoader, Callable<T> work) {
        return new Threads(contextClassLoader).start(name, work);
    }

    /** As {@link Threads#inBackground}. */
    public static Task<?> inBackground(
            String name, ClassLoader contextClassLoader, Threads.Work work, Consumer<Throwable> onFailure) {
        return new Threads(contextClassLoader).inBackground(name, work, onFailure);
    }

    void start() {
        starter.accept(thread);
    }

    /** Starts the work; false if the JVM cannot create a thread. */
    public boolean tryStart() {
        try {
            start();
            return true;
        } catch (OutOfMemoryError noThread) {
            return false;
        }
    }

    /**
     * Does the work on the calling thread, after {@link #tryStart} has returned false. Nothing can end it then but the
     * deadlines of its own calls.
     */
    public void runHere() {
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();
        caller.setContextClassLoader(contextClassLoader);
        try {
            future.run();
        } finally {
            caller.setContextClassLoader(before);
            // An interrupt was meant for the work, and must not end what the caller does next.
            Thread.interrupted();
        }
    }

    /**
     * Waits for the result.
     *
     * @throws TimeoutException at the deadline, also if that is ended early; the work continues, unless it is {@linkplain
     *     #abandon abandoned}
     * @throws ExecutionException if the work threw anything, errors included; see {@link Failures#cause}
     */
    public T await(Deadline deadline) throws InterruptedException, ExecutionException, TimeoutException {
        if (!future.isDone()) {
            awaitEnd(deadline);
        }
        return future.get(0, TimeUnit.NANOSECONDS);
    }

    private void awaitEnd(Deadline deadline) throws InterruptedException {
        Deadline.Registration wakeUp = deadline.onExpiry(this::wakeWaiters);
        try {
            synchronized (monitor) {
                while (!future.isDone() && !deadline.isExpired()) {
                    TimeUnit.NANOSECONDS.timedWait(monitor, deadline.remaining().toNanos() + 1);
                }
            }
        } finally {
            wakeUp.close();
        }
    }

    public boolean isDone() {
        return future.isDone();
    }

    /** Interrupts the work and does not wait for its end. */
    public void abandon() {
        thread.isAbandoned = true;
        thread.wake();
    }

    /** Whether the calling thread is that of a task that was abandoned. */
    static boolean isCallerAbandoned() {
        return Thread.currentThread() instanceof TaskThread thread && thread.isAbandoned;
    }

    /** Interrupts the thread that calls this method, as {@link #abandon()} does; for {@link Deadline#onExpiry}. */
    public static Runnable interruptingCaller() {
        Thread caller = Thread.currentThread();
        return caller instanceof TaskThread thread ? thread::wake : caller::interrupt;
    }

    /** Where the work stands now. */
    public StackTraceElement[] stack() {
        return thread.getStackTrace();
    }

    Thread thread() {
        return thread;
    }

    private void wakeWaiters() {
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }

    /**
     * A thread that only the library, and the work itself, can interrupt. A host that interrupts every thread it finds
     * while it stops must not lose its own backup.
     */
    private static final class TaskThread extends Thread {
        volatile boolean isAbandoned;

        TaskThread(Runnable work, String name) {
            super(null, work, name, 0, false);
            setDaemon(true);
        }

        @Override
        public void interrupt() {
            if (Thread.currentThread() == this) {
                super.interrupt();
            }
        }

        void wake() {
            super.interrupt();
        }
    }
}
