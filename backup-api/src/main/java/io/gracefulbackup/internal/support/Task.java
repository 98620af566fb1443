package io.gracefulbackup.internal.support;

import io.gracefulbackup.Deadline;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Something that runs on a daemon thread of its own and may hang, throw an {@code Error} or call {@code System.exit}:
 * whoever waits for it waits no longer than he wants.
 */
public final class Task<T> {
    private final FutureTask<T> future;
    private final TaskThread thread;

    private Task(String name, ClassLoader contextClassLoader, Callable<T> work) {
        future = new FutureTask<>(work);
        thread = new TaskThread(future, "graceful-backup-" + name);
        thread.setContextClassLoader(contextClassLoader);
    }

    /** Starts it. Throws what the JVM throws when it cannot make a thread. */
    public static <T> Task<T> start(String name, ClassLoader contextClassLoader, Callable<T> work) {
        Task<T> task = new Task<>(name, contextClassLoader, work);
        task.thread.start();
        return task;
    }

    /**
     * Waits for its end.
     *
     * @throws TimeoutException at the deadline; it goes on until {@link #abandon()}
     * @throws ExecutionException with what it threw, errors included
     */
    public T await(Deadline deadline) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    public boolean isDone() {
        return future.isDone();
    }

    /** Asks it to end, and does not wait. */
    public void abandon() {
        thread.wake();
    }

    /** What interrupts the calling task, as {@link #abandon()} does, when its time is over. */
    public static Runnable interruptingCaller() {
        Thread caller = Thread.currentThread();
        return caller instanceof TaskThread own ? own::wake : caller::interrupt;
    }

    public StackTraceElement[] stack() {
        return thread.getStackTrace();
    }

    Thread thread() {
        return thread;
    }

    /**
     * Only the library, and code that it has called, may interrupt it: a host that interrupts every thread it can find
     * while it stops must not take its own backup away.
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
