package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads backups. Safe for use by several threads; keeps nothing between calls but the derived keys. Streams are read
 * from where they are and not closed.
 *
 * <p>All methods throw a child of {@link UnreadableBackupException} if the bytes are wrong, and {@link IOException} only
 * if the stream they are given does.
 */
public final class BackupReader {
    /** The newest version of the format that this library reads. */
    public static final int NEWEST_VERSION = Preamble.VERSION;

    private final KeyRing keys;
    private final String application;

    /** Opens backups of that application with those keys. */
    public BackupReader(KeyRing keys, String application) {
        this.keys = keys;
        this.application = application;
    }

    /**
     * What a backup holds, all of it authenticated.
     *
     * @param header its header
     * @param root what it was sealed under
     * @param created when it was made, as the payload says
     * @param sections its sections in the order they were written
     * @param contentDigest keyed digest of the state, 64 hexadecimal digits
     * @param stateBytes the bytes of all sections, unpacked
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

    /** Takes the sections of a backup, one after the other. */
    @FunctionalInterface
    public interface SectionHandler {
        /** Reads a section; what is left unread is skipped. The stream is of no use afterwards. */
        void section(Section section, InputStream in) throws IOException;
    }

    /** Authenticates the header alone: says who the backup is, not that it is whole. */
    public BackupHeader readHeader(InputStream sealed) throws IOException {
        return SealedHeader.open(sealed, keys, application).header();
    }

    /** Authenticates the header alone, and tells whether {@code SECRET_KEY} sealed it rather than a previous key. */
    public boolean isUnderCurrentKey(InputStream sealed) throws IOException {
        return SealedHeader.open(sealed, keys, application).root().isCurrent();
    }

    /** Authenticates every byte to the end, without unpacking them. */
    public BackupHeader authenticate(InputStream sealed) throws IOException {
        SealedHeader sealedHeader = SealedHeader.open(sealed, keys, application);
        payload(sealedHeader, sealed).transferTo(OutputStream.nullOutputStream());
        return sealedHeader.header();
    }

    /** Authenticates and unpacks everything, to nowhere: the pass before any byte reaches a source. */
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
     * Hands out the sections. Every byte is authenticated once more before it is handed out.
     *
     * @param sealed the bytes that {@link #verify} read, from the first one
     * @param contents what {@link #verify} returned for them
     * @param handler what it throws passes through, unless reading failed before: then that error does
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
     * For bytes that do not begin with the magic: whether they look like a backup all the same, one that was damaged.
     * Then a start is refused, rather than taking what may be the only backup for a foreign file.
     *
     * @param firstBytes the first 107 bytes, or all if there are fewer
     * @return true if they are none, or all zero, or close with their checksum once the magic is put back, or if at
     *     least 6 of the 11 bytes that are the same in almost every backup are right, or, of fewer, all
     */
    public static boolean resemblesBackup(byte[] firstBytes) {
        return Preamble.isResembledBy(firstBytes);
    }
}
