package io.gracefulbackup;

/** Lets work in flight finish before the final snapshot, for instance by stopping the HTTP server. */
@FunctionalInterface
public interface DrainStep {
    /**
     * Runs once, on a thread of the library, when the process exits. After its share of the deadline the exit goes on
     * without it.
     *
     * @param deadline when the exit stops waiting for this step
     * @throws Exception is logged; the exit goes on
     */
    void drain(Deadline deadline) throws Exception;
}
