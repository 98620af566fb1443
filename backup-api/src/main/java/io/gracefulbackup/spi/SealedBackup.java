package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;
import java.io.IOException;
import java.io.InputStream;

/**
 * A complete sealed backup, as every sink receives it. Safe for use by several threads. May be read any number of
 * times, also at the same time, until the backup run ends.
 */
public interface SealedBackup {

    /** The header, which a sink may record in its catalogue. */
    BackupHeader header();

    /** The number of sealed bytes. */
    long size();

    /** SHA-256 of the sealed bytes, 64 lower-case hexadecimal digits. */
    String sha256();

    /**
     * A keyed digest of the state, 64 lower-case hexadecimal digits. Two backups that are sealed under the same key and
     * salt have the same digest if they have the same state. Without the key the digest reveals nothing about the
     * state.
     */
    String contentDigest();

    /** The number of bytes that the sources of the application wrote, before compression. */
    long stateBytes();

    /**
     * Opens a new stream over all sealed bytes. Interrupts of the reading thread do not affect it.
     *
     * @throws IOException if the bytes cannot be read
     */
    InputStream newStream() throws IOException;
}
