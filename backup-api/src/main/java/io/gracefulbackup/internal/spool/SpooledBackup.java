package io.gracefulbackup.internal.spool;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.Fence;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sealed backup whose bytes are in a spool.
 *
 * @param header its header
 * @param size the number of sealed bytes
 * @param sha256 of the sealed bytes, in hexadecimal digits
 * @param contentDigest keyed digest of the state, in hexadecimal digits
 * @param stateBytes what the sources wrote, before compression
 * @param lockHeld how long the snapshot held the host's lock
 * @param fenceOrNull the lease under which it was made; null where instances do not take turns
 * @param spool holds the sealed bytes; the owner of the spool closes it
 */
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

    /** The same backup, made under that lease. */
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
