package io.gracefulbackup.internal.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a body, discards it and keeps its last bytes: the trailer, whose position is known only at the end. */
final class TrailerReader {
    private final byte[] kept;
    private long total;

    TrailerReader(int bytes) {
        this.kept = new byte[bytes];
    }

    void readAll(InputStream body) throws IOException {
        byte[] buffer = new byte[SegmentCipher.PLAIN_BYTES];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            int fresh = Math.min(read, kept.length);
            System.arraycopy(kept, fresh, kept, 0, kept.length - fresh);
            System.arraycopy(buffer, read - fresh, kept, kept.length - fresh, fresh);
            total += read;
        }
    }

    /** The lengths of the sections. They must add up to the number of bytes before the trailer. */
    long[] lengths() {
        long left = total - kept.length;
        long[] lengths = new long[kept.length / Long.BYTES];
        ByteBuffer trailer = ByteBuffer.wrap(kept);
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = trailer.getLong();
            if (lengths[i] < 0 || lengths[i] > left) {
                throw BodyInput.nonsense("its sections are longer than it is");
            }
            left -= lengths[i];
        }
        if (left != 0) {
            throw BodyInput.nonsense("its sections do not fill it");
        }
        return lengths;
    }
}
