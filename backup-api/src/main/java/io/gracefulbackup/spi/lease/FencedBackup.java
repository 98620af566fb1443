package io.gracefulbackup.spi.lease;

import io.gracefulbackup.spi.SealedBackup;

/**
 * A backup that was made under a lease. Sinks that keep no lease ignore the fence. A wrapper of a backup passes the fence on
 * with {@link #of}.
 */
public interface FencedBackup extends SealedBackup {

    /** The lease under which the backup was made. */
    Fence fence();

    /** Returns the same backup, made under that lease. */
    static FencedBackup of(SealedBackup backup, Fence fence) {
        return new BackupUnderLease(backup, fence);
    }
}
