package io.gracefulbackup.internal.support;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Where the threads of an installation come from: daemons, each for one {@link Task}, with the context class loader of
 * {@code install()}. Safe for use by several threads.
 */
public final class Threads {
    private final ClassLoader contextClassLoader;
    private final Consumer<Thread> starter;

    public Threads(ClassLoader contextClassLoader) {
        this(contextClassLoader, Thread::start);
    }

    /**
     * Threads that are started in a way of their own, for tests.
     *
     * @param starter starts a thread; throws an {@code OutOfMemoryError} where the JVM can create none
     */
    public Threads(ClassLoader contextClassLoader, Consumer<Thread> starter) {
        this.contextClassLoader = contextClassLoader;
        this.starter = starter;
    }

    /** A task that has not been started. */
    public <T> Task<T> task(String name, Callable<T> work) {
        return new Task<>(name, contextClassLoader, starter, work);
    }

    /**
     * Starts a task whose result the caller awaits.
     *
     * @param name the end of the thread's name
     * @throws OutOfMemoryError if the JVM cannot create a thread
     */
    public <T> Task<T> start(String name, Callable<T> work) {
        Task<T> task = task(name, work);
        task.start();
        return task;
    }

    /**
     * Starts a task; if the JVM cannot create a thread, does its work on the calling thread instead, and returns when it
     * has ended. For work that matters more than its deadline, such as a final backup.
     */
    public <T> Task<T> startOrRun(String name, Callable<T> work) {
        Task<T> task = task(name, work);
        if (!task.tryStart()) {
            task.runHere();
        }
        return task;
    }

    /**
     * Starts a task that nobody awaits.
     *
     * @param onFailure receives whatever the work throws, on the thread of the work, or the {@code OutOfMemoryError} if
     *     there is no thread, on the calling thread. Not told of the {@code InterruptedException} of a task that was
     *     {@linkplain Task#abandon abandoned}. Must not throw
     */
    public Task<?> inBackground(String name, Work work, Consumer<Throwable> onFailure) {
        Task<Boolean> task = task(name, () -> {
            try {
                work.run();
            } catch (Throwable failed) {
                if (!(failed instanceof InterruptedException && Task.isCallerAbandoned())) {
                    onFailure.accept(failed);
                }
            }
            return true;
        });
        try {
            task.start();
        } catch (OutOfMemoryError noThread) {
            onFailure.accept(noThread);
        }
        return task;
    }

    /** Work without a result. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }
}
