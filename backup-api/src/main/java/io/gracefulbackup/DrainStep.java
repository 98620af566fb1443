package io.gracefulbackup;

/** Lets work in progress finish before the final snapshot, for instance by stopping the HTTP server. */
@FunctionalInterface
public interface DrainStep {
    /**
     * Runs once, on a thread of the library, when the process exits. {@link GracefulShutdown#write} still accepts
     * changes then. Must not call {@link GracefulShutdown#backupNow}, which would wait for the backup that waits for
     * this step.
     *
     * <p>When the deadline expires, the thread is interrupted and the exit continues without this step; the steps after
     * it are skipped.
     *
     * @param deadline shared by all drain steps
     * @throws Exception if it fails; the exception is logged, and the exit continues
     */
    void drain(Deadline deadline) throws Exception;
}
