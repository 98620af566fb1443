package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.FencedBackup;
import org.jspecify.annotations.Nullable;

/**
 * Permission to save the state that is in memory. A run without one stores nothing.
 *
 * @param fence the lease under which the backup is published, or null for the only instance
 * @param mayTidy whether the run may delete old backups and write pointers; false if another instance has taken over
 * @param listener learns what each sink has stored
 */
public record SavePermit(@Nullable Fence fence, boolean mayTidy, StoreListener listener) {
    /** The permit of the only instance of an application. */
    public static final SavePermit UNCONDITIONAL = new SavePermit(null, true, (sink, id, stored) -> {});

    /** The permit of a rehearsal, which deletes nothing and writes no pointer. */
    static final SavePermit REHEARSAL = new SavePermit(null, false, (sink, id, stored) -> {});

    /** The backup as sinks receive it: with the fence, if there is one. */
    SealedBackup fenced(SealedBackup backup) {
        return fence == null ? backup : FencedBackup.of(backup, fence);
    }

    /** Receives each stored copy of a backup. */
    @FunctionalInterface
    public interface StoreListener {
        /** A sink has stored the backup and verified its copy. Must not block. */
        void stored(BackupSink sink, BackupId id, StoredBackup stored);
    }
}
