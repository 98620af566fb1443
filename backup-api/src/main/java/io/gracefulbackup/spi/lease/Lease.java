package io.gracefulbackup.spi.lease;

import io.gracefulbackup.Deadline;
import java.io.IOException;

/**
 * The lease of one application, as one of its instances uses it: a row on a server that all instances reach. At most one
 * instance holds the lease, and only the holder may accept changes. An implementation is a plain register: it executes steps and
 * need not know what they are for.
 *
 * <p>Steps are taken one at a time, by daemon threads of the library. {@link #close} may be called at the same time.
 */
public interface Lease extends AutoCloseable {

    /**
     * Takes one step atomically, as {@link LeaseStep#applyTo} specifies it. The result is durable when this method returns. A step
     * whose condition is not met is not an error.
     *
     * @param deadline the time by which the method should return or throw
     * @return whether the step was taken, and the row
     * @throws IOException if the server did not answer. The step may have been taken, may never be taken, or may still be taken
     *     later
     */
    LeaseResult apply(LeaseStep step, Deadline deadline) throws IOException;

    /** Closes the connection, and leaves the lease as it is. Must not block. */
    @Override
    void close();
}
