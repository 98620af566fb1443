package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.FencedBackup;
import java.io.IOException;
import java.io.InputStream;
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
     * Wraps a backup and its streams. What the backup says of itself, its digest among it, stays as it was, and so does the
     * lease under which it was made.
     *
     * @param backup the backup
     * @param wrapper is called with each new stream, by the thread that reads it, and returns the stream to read instead
     */
    public static SealedBackup withStreams(SealedBackup backup, UnaryOperator<InputStream> wrapper) {
        return withLease(new ForwardingBackup(backup) {
            @Override
            public InputStream newStream() throws IOException {
                return wrapper.apply(super.newStream());
            }
        });
    }

    /**
     * Passes on the lease under which the wrapped backup was made. A sink that keeps the lease takes any other backup for one
     * of an application without a lease.
     *
     * @param wrapper the wrapper of a backup
     * @return the wrapper with the lease of the wrapped backup; the wrapper itself if that one has none
     */
    public static SealedBackup withLease(ForwardingBackup wrapper) {
        return wrapper.backup instanceof FencedBackup fenced ? FencedBackup.of(wrapper, fenced.fence()) : wrapper;
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
    public InputStream newStream() throws IOException {
        return backup.newStream();
    }
}
