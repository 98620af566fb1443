package io.gracefulbackup.spi.lease;

import io.gracefulbackup.spi.BackupSink;
import java.util.Objects;

/**
 * By what right a backup is stored as the next one: the lease that its instance held when it was made. A sink that
 * keeps the {@linkplain BackupSink#lease lease} looks at it in the same transaction that makes the backup visible.
 *
 * @param epoch the epoch of the lease
 * @param holder who held it
 */
public record Fence(long epoch, String holder) {
    /** Checks that there is a holder. */
    public Fence {
        Objects.requireNonNull(holder, "holder");
    }
}
