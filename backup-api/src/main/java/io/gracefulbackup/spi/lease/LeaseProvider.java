package io.gracefulbackup.spi.lease;

import java.time.Duration;

/**
 * Implemented by a {@link io.gracefulbackup.spi.BackupSink} whose store can keep the {@linkplain Lease lease} by which
 * overlapping instances of an application take turns. The library uses the first such sink.
 *
 * <p>If a {@link FencedBackup} is given to such a sink, it publishes the backup as a {@linkplain
 * io.gracefulbackup.spi.StoredBackup#isFork fork} unless the lease is still held as the fence says.
 */
public interface LeaseProvider {

    /**
     * Creates access to the lease. Must not block: the first step connects. The lease has connections of its own, and the
     * caller closes it.
     *
     * @param instance the name of this instance; no other instance ever has the same name
     * @param term how long the lease is valid after a step, by the clock of the server
     */
    Lease lease(String instance, Duration term);
}
