package io.gracefulbackup.internal.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes the body of a backup: compresses the sections and the trailer. Collects small writes, because each write that
 * reaches zstd is a native call.
 */
final class BodyOutput {
    private final CompressedOutput packed;
    private final OutputStream encoder;
    private final byte[] buffer = new byte[SegmentCipher.PLAIN_BYTES];
    private int filled;
    private boolean abandoned;

    BodyOutput(BodyCodec codec, ContentDigest digest, SegmentOutput segments) throws IOException {
        this.packed = new CompressedOutput(digest, segments);
        this.encoder = codec.encode(packed);
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int left = length - done;
            if (filled == 0 && left >= buffer.length) {
                encoder.write(bytes, offset + done, buffer.length);
                done += buffer.length;
                continue;
            }
            int piece = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, offset + done, buffer, filled, piece);
            filled += piece;
            done += piece;
            if (filled == buffer.length) {
                flush();
            }
        }
    }

    /** Writes the trailer and ends the compression. */
    void finish(long[] lengths) throws IOException {
        ByteBuffer trailer = ByteBuffer.allocate(Long.BYTES * lengths.length);
        for (long length : lengths) {
            trailer.putLong(length);
        }
        write(trailer.array(), 0, trailer.capacity());
        flush();
        encoder.close();
    }

    /** Frees native memory; from then on nothing reaches the segments. */
    void abandon() {
        if (abandoned) {
            return;
        }
        abandoned = true;
        packed.cut = true;
        try {
            encoder.close();
        } catch (IOException e) {
            // zstd could not end the frame, which nobody will read. Its memory has been freed.
        }
    }

    private void flush() throws IOException {
        encoder.write(buffer, 0, filled);
        filled = 0;
    }

    /** The compressed bytes on their way to the segments, which also go into the digest. */
    private static final class CompressedOutput extends OutputStream {
        private final ContentDigest digest;
        private final SegmentOutput segments;
        private boolean cut;

        CompressedOutput(ContentDigest digest, SegmentOutput segments) {
            this.digest = digest;
            this.segments = segments;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!cut) {
                digest.update(bytes, offset, length);
                segments.write(bytes, offset, length);
            }
        }
    }
}
