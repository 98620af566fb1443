package io.gracefulbackup.internal.spool;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.Fence;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A backup in the spool. */
public record SpooledBackup(
        BackupHeader header,
        long size,
        String sha256,
        String contentDigest,
        long stateBytes,
        Duration lockHeld,
        @Nullable Fence fenceOrNull,
        Spool spool)
        implements SealedBackup {

    /** The same, to be published by that right. */
    public SpooledBackup withFence(@Nullable Fence fence) {
        return new SpooledBackup(header, size, sha256, contentDigest, stateBytes, lockHeld, fence, spool);
    }

    @Override
    public Optional<Fence> fence() {
        return Optional.ofNullable(fenceOrNull);
    }

    @Override
    public InputStream newStream() {
        return spool.newStream();
    }

    @Override
    public String toString() {
        return "SealedBackup[" + header.id() + ", " + size + " bytes]";
    }
}
