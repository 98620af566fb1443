package io.gracefulbackup.ipfs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** Records what is read from a stream, so that a caller can read its header and then start again. */
final class RecordingInputStream extends FilterInputStream {
    private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

    RecordingInputStream(InputStream in) {
        super(in);
    }

    /** The stream from its first byte. This stream must not be used any more. */
    InputStream replay() {
        return new SequenceInputStream(new ByteArrayInputStream(recorded.toByteArray()), in);
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        if (value >= 0) {
            recorded.write(value);
        }
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, length);
        if (n > 0) {
            recorded.write(bytes, offset, n);
        }
        return n;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
