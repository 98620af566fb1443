package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.support.Failures;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Calls the host's listeners, one call at a time, on a thread that nothing waits for without a limit. */
public final class Listeners {
    private final List<BackupListener> listeners;
    private final OperatorLog log;
    private final ExecutorService executor;

    /** Creates the calls to these listeners. */
    public Listeners(List<BackupListener> listeners, OperatorLog log, ClassLoader contextClassLoader) {
        this.listeners = List.copyOf(listeners);
        this.log = log;
        this.executor = new ThreadPoolExecutor(
                0,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> {
                    Thread thread = new Thread(work, "graceful-backup-listener");
                    thread.setDaemon(true);
                    thread.setContextClassLoader(contextClassLoader);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** A backup run has ended. */
    public void tell(BackupReport report) {
        executor.execute(() -> tellAll(listener -> listener.onBackup(report)));
    }

    /** A state was restored. */
    public void tell(RestoreReport report) {
        executor.execute(() -> tellAll(listener -> listener.onRestore(report)));
    }

    /** The state of the handle has changed. */
    public void tell(BackupStatus.State state) {
        executor.execute(() -> tellAll(listener -> listener.onState(state)));
    }

    /** Calls them for the last time, and waits until all calls have ended, until the deadline at most. */
    public void tell(BackupReport report, Deadline deadline) throws InterruptedException {
        tell(report);
        executor.shutdown();
        executor.awaitTermination(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tellAll(Consumer<BackupListener> call) {
        listeners.forEach(listener -> tell(listener, call));
    }

    private void tell(BackupListener listener, Consumer<BackupListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException | Error failed) {
            log.warn(Messages.listenerFailed(Failures.describe(failed)));
        }
    }
}
