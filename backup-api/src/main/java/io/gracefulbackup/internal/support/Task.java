package io.gracefulbackup.internal.support;

import io.gracefulbackup.Deadline;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work on a daemon thread of its own. The work may hang, throw an {@code Error} or call {@code System.exit}; callers wait
 * for it no longer than their own deadline.
 *
 * @param <T> the result of the work
 */
public final class Task<T> {
    private final FutureTask<T> future;
    private final TaskThread thread;

    private Task(String name, ClassLoader contextClassLoader, Callable<T> work) {
        future = new FutureTask<>(work);
        thread = new TaskThread(future, "graceful-backup-" + name);
        thread.setContextClassLoader(contextClassLoader);
    }

    /**
     * Starts the work.
     *
     * @param name the end of the thread's name
     * @throws OutOfMemoryError if the JVM cannot create a thread
     */
    public static <T> Task<T> start(String name, ClassLoader contextClassLoader, Callable<T> work) {
        Task<T> task = new Task<>(name, contextClassLoader, work);
        task.thread.start();
        return task;
    }

    /**
     * Waits for the result.
     *
     * @throws TimeoutException at the deadline; the work continues, unless it is {@linkplain #abandon abandoned}
     * @throws ExecutionException if the work threw anything, errors included; see {@link Failures#cause}
     */
    public T await(Deadline deadline) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    public boolean isDone() {
        return future.isDone();
    }

    /** Interrupts the work and does not wait for its end. */
    public void abandon() {
        thread.wake();
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

    /**
     * A thread that only the library, and the work itself, can interrupt. A host that interrupts every thread it finds
     * while it stops must not lose its own backup.
     */
    private static final class TaskThread extends Thread {
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
