package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Fence;
import org.jspecify.annotations.Nullable;

/**
 * By what right a run saves.
 *
 * @param fence the lease, or null where instances do not take turns
 * @param tidies whether retention runs and pointers are written: not for what others have gone on without
 * @param witness is told what each sink has verified, as soon as it has
 */
public record SavePermit(@Nullable Fence fence, boolean tidies, StoreListener witness) {
    /** Where instances do not take turns. */
    public static final SavePermit ALONE = new SavePermit(null, true, (sink, id, held) -> {});

    /** Someone who waits for a backup to be where the lease is. */
    @FunctionalInterface
    public interface StoreListener {
        /** A sink holds the backup now. Must not wait. */
        void stored(BackupSink sink, BackupId id, StoredBackup held);
    }
}
