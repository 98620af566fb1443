package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.Fence;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A sealed backup that passes every call on to another one. A test overrides what is to be wrong about it, such as the
 * digest or the bytes, and hands it to the sink under test.
 *
 * <p>Safe for use by several threads if the subclass is.
 */
public abstract class ForwardingBackup implements SealedBackup {
    private final SealedBackup backup;

    /**
     * Wraps a backup.
     *
     * @param backup receives every call that the subclass does not override
     */
    protected ForwardingBackup(SealedBackup backup) {
        this.backup = backup;
    }

    /**
     * Wraps a backup and its streams. What the backup says of itself, its digest among it, stays as it was.
     *
     * @param backup the backup
     * @param wrapper is called with each new stream, by the thread that reads it, and returns the stream to read instead
     */
    public static SealedBackup withStreams(SealedBackup backup, UnaryOperator<InputStream> wrapper) {
        return new ForwardingBackup(backup) {
            @Override
            public InputStream newStream() throws IOException {
                return wrapper.apply(super.newStream());
            }
        };
    }

    @Override
    public BackupHeader header() {
        return backup.header();
    }

    @Override
    public long size() {
        return backup.size();
    }

    @Override
    public String sha256() {
        return backup.sha256();
    }

    @Override
    public String contentDigest() {
        return backup.contentDigest();
    }

    @Override
    public long stateBytes() {
        return backup.stateBytes();
    }

    @Override
    public Optional<Fence> fence() {
        return backup.fence();
    }

    @Override
    public InputStream newStream() throws IOException {
        return backup.newStream();
    }
}
