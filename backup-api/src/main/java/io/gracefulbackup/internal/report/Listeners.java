package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.support.Failures;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Calls the host's listeners, one call at a time and in the order in which they were told, on a thread that nothing waits for
 * without a limit. Safe for use by several threads.
 */
public final class Listeners {
    private final List<BackupListener> listeners;
    private final OperatorLog log;
    private final ThreadPoolExecutor executor;

    /** Creates the calls to these listeners. */
    public Listeners(List<BackupListener> listeners, OperatorLog log, ClassLoader contextClassLoader) {
        this(listeners, log, work -> {
            Thread thread = new Thread(null, work, "graceful-backup-listener", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(contextClassLoader);
            return thread;
        });
    }

    Listeners(List<BackupListener> listeners, OperatorLog log, ThreadFactory threads) {
        this.listeners = List.copyOf(listeners);
        this.log = log;
        this.executor = new ThreadPoolExecutor(
                0,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads,
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** A backup run has ended. */
    public void tell(BackupReport report) {
        tellAll(listener -> listener.onBackup(report));
    }

    /** A state was restored. */
    public void tell(RestoreReport report) {
        tellAll(listener -> listener.onRestore(report));
    }

    /** The state of the handle has changed. */
    public void tell(BackupStatus.State state) {
        tellAll(listener -> listener.onState(state));
    }

    /** What endangers the next backup has changed. */
    public void tell(List<ReadinessFinding> findings) {
        tellAll(listener -> listener.onFindings(findings));
    }

    /** Waits until all calls so far have ended, until the deadline at most. */
    public void flush(Deadline deadline) throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        execute(called::countDown);
        // Without a thread, the JVM cannot create one, and there is nothing to wait for.
        if (executor.getPoolSize() > 0) {
            called.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Tells nothing any more. Waits until the calls so far have ended; at the deadline interrupts the one under way and leaves
     * out the others. Idempotent.
     */
    public void close(Deadline deadline) throws InterruptedException {
        executor.shutdown();
        // Without a thread, the JVM cannot create one, and there is nothing to wait for.
        if (executor.getPoolSize() > 0) {
            executor.awaitTermination(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        }
        int leftOut = executor.shutdownNow().size();
        if (leftOut > 0) {
            log.warn(Messages.listenersNotCalled(leftOut));
        }
    }

    private void tellAll(Consumer<BackupListener> call) {
        if (!listeners.isEmpty()) {
            execute(() -> listeners.forEach(listener -> tell(listener, call)));
        }
    }

    private void execute(Runnable call) {
        try {
            executor.execute(call);
        } catch (OutOfMemoryError noThread) {
            // The call stays in the queue, for the next time that a thread is needed.
        }
    }

    private void tell(BackupListener listener, Consumer<BackupListener> call) {
        try {
            call.accept(listener);
        } catch (Throwable failed) { // Kotlin and others throw undeclared checked exceptions.
            log.warnOnce(Messages.listenerFailed(Failures.describe(failed)));
        }
    }
}
