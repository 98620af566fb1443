package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes one sealed backup in one pass. Any error ends the writer: a retry needs a new writer, with a new id and nonce. The
 * output is a backup only after {@link #finish} has returned; readers refuse anything shorter as cut.
 *
 * <p>The methods are synchronized, so another thread may call {@link #close}; it waits for a write in progress.
 */
public final class BackupWriter implements AutoCloseable {
    private final BackupHeader header;
    private final RootKey root;
    private final SegmentOutput segments;
    private final BodyOutput body;
    private final ContentDigest digest;
    private final List<SectionSpec> specs;
    private final long[] lengths;
    private int sectionsBegun;
    private boolean ended;

    /**
     * Writes everything before the first section.
     *
     * @param root the root key to seal under
     * @param header creates the header for the random id of this backup
     * @param sections the sections that {@link #nextSection} will begin, in this order
     * @param out receives the sealed bytes; not closed
     */
    public BackupWriter(
            RootKey root, Function<BackupId, BackupHeader> header, List<SectionSpec> sections, OutputStream out)
            throws IOException {
        this(root, header, sections, out, FreshValues.atRandom(), BodyCodec.best());
    }

    /** For tests: with given random values and codec. */
    BackupWriter(
            RootKey root,
            Function<BackupId, BackupHeader> header,
            List<SectionSpec> sections,
            OutputStream out,
            FreshValues fresh,
            BodyCodec codec)
            throws IOException {
        this.root = root;
        this.header = header.apply(fresh.id());
        if (!this.header.id().equals(fresh.id())) {
            throw new IllegalArgumentException(
                    "The header is for the id " + this.header.id() + ", but this backup was given " + fresh.id());
        }
        Manifest manifest = new Manifest(codec, this.header.createdAt(), sections);
        SealedHeader sealed = SealedHeader.seal(this.header, root, fresh.fileNonce());
        out.write(sealed.bytes());
        this.segments = new SegmentOutput(SegmentCipher.sealing(sealed.payloadKey()), out);
        segments.write(manifest.encode());
        this.digest = new ContentDigest(sections);
        this.specs = List.copyOf(sections);
        this.lengths = new long[sections.size()];
        this.body = new BodyOutput(codec, digest, segments);
    }

    /**
     * The description of a section before it is written.
     *
     * @param name the name of the source
     * @param version the version of the source's own format
     */
    public record SectionSpec(String name, int version) {}

    /**
     * The result of writing a backup.
     *
     * @param header the header
     * @param contentDigest keyed digest of the state, 64 hexadecimal digits; see {@code docs/FORMAT.md}
     * @param sections the sections with their lengths, before compression
     */
    public record Written(BackupHeader header, String contentDigest, List<Section> sections) {
        /** Copies the list. */
        public Written {
            sections = List.copyOf(sections);
        }

        /** The number of bytes of all sections, before compression. */
        public long stateBytes() {
            return Section.totalLength(sections);
        }
    }

    /**
     * Ends the current section and begins the next one.
     *
     * @return accepts the bytes of the section until the next one begins; needs no buffering, and ignores {@code close()}
     * @throws IllegalStateException if there are no more sections
     */
    public synchronized OutputStream nextSection() throws IOException {
        requireUnfinished();
        if (sectionsBegun == lengths.length) {
            throw failed(new IllegalStateException(
                    "All " + lengths.length + " sections of backup " + header.id() + " were written already"));
        }
        return new SectionOutput(sectionsBegun++);
    }

    /**
     * Completes the backup.
     *
     * @throws IllegalStateException if sections are missing
     */
    public synchronized Written finish() throws IOException {
        requireUnfinished();
        // Set before anything can fail: a second call after a failed one must not complete the backup.
        ended = true;
        if (sectionsBegun < lengths.length) {
            throw new IllegalStateException("Only " + sectionsBegun + " of " + lengths.length + " sections of backup "
                    + header.id() + " were written");
        }
        try {
            body.finish(lengths);
            segments.finish();
        } finally {
            body.abandon();
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            SectionSpec spec = specs.get(i);
            sections.add(new Section(spec.name(), spec.version(), lengths[i]));
        }
        return new Written(header, digest.value(root), sections);
    }

    /** Frees native memory and writes nothing. A backup that was not finished stays incomplete. */
    @Override
    public synchronized void close() {
        ended = true;
        body.abandon();
    }

    private synchronized void write(int section, byte[] bytes, int offset, int length) throws IOException {
        requireUnfinished();
        if (section != sectionsBegun - 1) {
            // The source relies on these bytes being saved, so there must be no backup without them.
            throw failed(new IOException("Bytes for section " + (section + 1) + " of backup " + header.id()
                    + " came after section " + sectionsBegun + " had begun"));
        }
        boolean written = false;
        try {
            body.write(bytes, offset, length);
            lengths[section] += length;
            written = true;
        } finally {
            ended = !written;
        }
    }

    private void requireUnfinished() throws IOException {
        if (ended) {
            throw new IOException(
                    "Backup " + header.id() + " is finished, closed or failed: nothing can be added to it");
        }
    }

    private <X extends Exception> X failed(X error) {
        ended = true;
        return error;
    }

    @Override
    public String toString() {
        return "BackupWriter[" + header.id() + "]";
    }

    private final class SectionOutput extends OutputStream {
        private final int section;
        private byte @Nullable [] single;

        SectionOutput(int section) {
            this.section = section;
        }

        @Override
        public void write(int b) throws IOException {
            byte[] one = single;
            if (one == null) {
                one = new byte[1];
                single = one;
            }
            one[0] = (byte) b;
            BackupWriter.this.write(section, one, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            BackupWriter.this.write(section, bytes, offset, length);
        }
    }
}
