package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.lease.Fence;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * One backup, sealed and complete, as every sink gets it. Safe for use by several threads; may be read any number of
 * times, also at the same time, until the backup run ends.
 */
public interface SealedBackup {

    /** What the catalogue of a sink may know. */
    BackupHeader header();

    /** The number of sealed bytes. */
    long size();

    /** SHA-256 of the sealed bytes, 64 lower-case hexadecimal digits. */
    String sha256();

    /**
     * A keyed digest of the state, 64 lower-case hexadecimal digits: equal for two backups sealed under the same key
     * and salt if their state is the same. It tells nothing about the state to who has no key.
     */
    String contentDigest();

    /** The number of bytes that the application's sources wrote, before compression. */
    long stateBytes();

    /**
     * The lease under which it was made; empty where instances do not take turns. A sink that keeps leases stores a backup
     * whose lease has passed on all the same, as a {@linkplain StoredBackup#isFork fork}. Others ignore it.
     */
    default Optional<Fence> fence() {
        return Optional.empty();
    }

    /**
     * A new stream over the sealed bytes, from the first one. Not affected by interrupts of the reading thread.
     *
     * @throws IOException if the spooled bytes cannot be read
     */
    InputStream newStream() throws IOException;
}
