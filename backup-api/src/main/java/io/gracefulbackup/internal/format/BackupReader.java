package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads backups. Safe for use by several threads; keeps nothing between calls except derived keys. Streams are read from
 * their current position and are not closed.
 *
 * <p>All methods throw a subclass of {@link UnreadableBackupException} if the bytes are not a backup that can be opened,
 * and {@link IOException} only if the given stream throws it.
 */
public final class BackupReader {
    /** The newest version of the format that this library reads. */
    public static final int NEWEST_VERSION = Preamble.VERSION;

    private final KeyRing keys;
    private final String application;

    /** Reads backups of the application with the given keys. */
    public BackupReader(KeyRing keys, String application) {
        this.keys = keys;
        this.application = application;
    }

    /**
     * The content of a backup, fully authenticated.
     *
     * @param header its header
     * @param root the root key that it was sealed under
     * @param created when it was made, by the payload
     * @param sections its sections in the order they were written
     * @param contentDigest keyed digest of the state, 64 hexadecimal digits
     * @param stateBytes the number of bytes of all sections, uncompressed
     */
    public record Contents(
            BackupHeader header,
            RootKey root,
            Instant created,
            List<Section> sections,
            String contentDigest,
            long stateBytes) {
        /** Copies the list. */
        public Contents {
            sections = List.copyOf(sections);
        }
    }

    /** Receives the sections of a backup, one after the other. */
    @FunctionalInterface
    public interface SectionHandler {
        /** Reads a section. Bytes that are left unread are skipped. The stream ends with the call. */
        void section(Section section, InputStream in) throws IOException;
    }

    /** Grants time for deriving keys; see {@link KeyRing#grant}. */
    public void grantDerivations(Duration time) {
        keys.grant(time);
    }

    /** Authenticates the header only: this identifies the backup, but does not show that it is complete. */
    public BackupHeader readHeader(InputStream sealed) throws IOException {
        return SealedHeader.open(sealed, keys, application).header();
    }

    /** Authenticates the header only, and returns whether {@code SECRET_KEY} sealed it rather than a previous key. */
    public boolean isUnderCurrentKey(InputStream sealed) throws IOException {
        return SealedHeader.open(sealed, keys, application).root().isCurrent();
    }

    /** Authenticates every byte to the end, without decompressing them. */
    public BackupHeader authenticate(InputStream sealed) throws IOException {
        SealedHeader sealedHeader = SealedHeader.open(sealed, keys, application);
        payload(sealedHeader, sealed).transferTo(OutputStream.nullOutputStream());
        return sealedHeader.header();
    }

    /** Authenticates and decompresses everything, and discards it: the pass before any byte reaches a source. */
    public Contents verify(InputStream sealed) throws IOException {
        SealedHeader sealedHeader = SealedHeader.open(sealed, keys, application);
        InputStream payload = payload(sealedHeader, sealed);
        Manifest manifest = Manifest.read(payload);
        ContentDigest digest = new ContentDigest(manifest.sections());
        TrailerReader trailer =
                new TrailerReader(Long.BYTES * manifest.sections().size());
        try (BodyInput body = new BodyInput(manifest.codec(), digest, payload)) {
            trailer.readAll(body);
        }
        long[] lengths = trailer.lengths();
        List<Section> sections = new ArrayList<>();
        long stateBytes = 0;
        for (SectionSpec section : manifest.sections()) {
            long length = lengths[sections.size()];
            sections.add(new Section(section.name(), section.version(), length));
            stateBytes += length;
        }
        return new Contents(
                sealedHeader.header(),
                sealedHeader.root(),
                manifest.created(),
                sections,
                digest.value(sealedHeader.root()),
                stateBytes);
    }

    /**
     * Passes the sections to a handler. Every byte is authenticated once more before the handler gets it.
     *
     * @param sealed the bytes that {@link #verify} read, from the first one
     * @param contents what {@link #verify} returned for them
     * @param handler receives the sections. Its exceptions pass through, except after a failed read: then the failure of
     *     the read is thrown
     */
    public void restore(InputStream sealed, Contents contents, SectionHandler handler) throws IOException {
        SealedHeader sealedHeader = SealedHeader.open(sealed, keys, application);
        if (!sealedHeader.header().equals(contents.header())) {
            throw new UnreadableBackupException.DamagedPayload(
                    "The backup " + sealedHeader.header().id() + " is not the one that was verified, "
                            + contents.header().id() + ". Use another copy");
        }
        InputStream payload = payload(sealedHeader, sealed);
        Manifest manifest = Manifest.read(payload);
        try (BodyInput body = new BodyInput(manifest.codec(), new ContentDigest(manifest.sections()), payload)) {
            InputStream buffered = new BufferedInputStream(body, SegmentCipher.PLAIN_BYTES);
            for (Section section : contents.sections()) {
                handOut(section, buffered, body, handler);
            }
            buffered.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static void handOut(Section section, InputStream buffered, BodyInput body, SectionHandler handler)
            throws IOException {
        SectionInput in = new SectionInput(buffered, section.length());
        try {
            handler.section(section, in);
        } catch (IOException | RuntimeException | Error e) {
            body.rethrowFailure();
            throw e;
        }
        body.rethrowFailure();
        in.end();
    }

    private static InputStream payload(SealedHeader sealedHeader, InputStream sealed) {
        return new SegmentInput(SegmentCipher.opening(sealedHeader.payloadKey()), sealed);
    }

    /**
     * Whether bytes that do not begin with the magic may still be a backup, damaged in its first bytes. Such a file must
     * not be taken for a foreign one, since it may be the only backup.
     *
     * @param firstBytes the first 107 bytes, or all if there are fewer
     * @return true if there are no bytes; if all are zero; if the checksum is valid once the magic is restored; if at
     *     least 6 of the 11 bytes that are the same in almost every backup match; or, with fewer than 11 bytes, if all match
     */
    public static boolean resemblesBackup(byte[] firstBytes) {
        return Preamble.isResembledBy(firstBytes);
    }
}
