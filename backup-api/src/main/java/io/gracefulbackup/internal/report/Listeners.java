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

/** Tells the host's listeners, one call at a time, on a thread that nothing waits for without a limit. */
public final class Listeners {
    private final List<BackupListener> listeners;
    private final OperatorLog console;
    private final ExecutorService teller;

    public Listeners(List<BackupListener> listeners, OperatorLog console, ClassLoader contextClassLoader) {
        this.listeners = List.copyOf(listeners);
        this.console = console;
        this.teller = new ThreadPoolExecutor(
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

    public void tell(BackupReport report) {
        teller.execute(() -> tellAll(listener -> listener.onBackup(report)));
    }

    public void tell(RestoreReport report) {
        teller.execute(() -> tellAll(listener -> listener.onRestore(report)));
    }

    public void tell(BackupStatus.State state) {
        teller.execute(() -> tellAll(listener -> listener.onState(state)));
    }

    /** Waits until all have been told, or the deadline is over. */
    public void tell(BackupReport report, Deadline deadline) throws InterruptedException {
        tell(report);
        teller.shutdown();
        teller.awaitTermination(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tellAll(Consumer<BackupListener> call) {
        listeners.forEach(listener -> tell(listener, call));
    }

    private void tell(BackupListener listener, Consumer<BackupListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException | Error broken) {
            console.warn("⚠️ A listener failed: " + Failures.describe(broken));
        }
    }
}
