package io.gracefulbackup.internal.spool;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.spi.SealedBackup;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/**
 * A sealed backup whose bytes are in a spool.
 *
 * @param header its header
 * @param size the number of sealed bytes
 * @param sha256 of the sealed bytes, in hexadecimal digits
 * @param contentDigest keyed digest of the state, in hexadecimal digits
 * @param sections what the sources wrote, with its length before compression
 * @param lockHeld how long the snapshot held the host's lock
 * @param spool holds the sealed bytes; the owner of the spool closes it
 */
public record SpooledBackup(
        BackupHeader header,
        long size,
        String sha256,
        String contentDigest,
        List<Section> sections,
        Duration lockHeld,
        Spool spool)
        implements SealedBackup {

    /** Copies the list. */
    public SpooledBackup {
        sections = List.copyOf(sections);
    }

    @Override
    public long stateBytes() {
        return Section.totalLength(sections);
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
