package io.gracefulbackup.spi.lease;

import io.gracefulbackup.Deadline;
import java.io.IOException;

/**
 * The lease of one application, as one of its instances sees it: a row on a server that all instances reach. Who holds
 * it may write. It is only a register; what the steps mean, and when to take which, is the library's affair.
 *
 * <p>Steps are taken one after the other, from daemon threads of the library.
 */
public interface Lease extends AutoCloseable {

    /**
     * Takes one step: one atomic statement, in a transaction of its own, durable before this returns. Refusals are
     * values.
     *
     * @throws IOException if there is no answer. Then nothing is known: the step may have been taken, may never be, or
     *     may still be taken later
     */
    LeaseResult apply(LeaseStep step, Deadline deadline) throws IOException;

    /** Releases the connection, not the lease. Must not wait. */
    @Override
    void close();
}
