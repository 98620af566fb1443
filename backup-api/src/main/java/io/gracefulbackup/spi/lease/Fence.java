package io.gracefulbackup.spi.lease;

import java.util.Objects;

/**
 * The lease that an instance held when it made a backup. A sink that keeps the {@linkplain LeaseProvider lease} publishes the
 * backup only as a fork unless the same instance still holds the lease in the same epoch. It checks that in the transaction that
 * makes the backup visible.
 *
 * @param epoch the epoch of the lease
 * @param holder the instance that held the lease
 */
public record Fence(long epoch, String holder) {
    /** Checks that there is a holder. */
    public Fence {
        Objects.requireNonNull(holder, "holder");
    }
}
