package io.gracefulbackup.testkit;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream whose last byte is missing, or has a bit flipped. */
final class LastByteFilter extends FilterInputStream {
    private final boolean missing;

    private LastByteFilter(InputStream in, boolean missing) {
        super(new BufferedInputStream(in));
        this.missing = missing;
    }

    static InputStream missing(InputStream in) {
        return new LastByteFilter(in, true);
    }

    static InputStream flipped(InputStream in) {
        return new LastByteFilter(in, false);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, length);
        if (n <= 0 || !atEnd()) {
            return n;
        }
        if (!missing) {
            bytes[offset + n - 1] ^= 1;
            return n;
        }
        return n == 1 ? -1 : n - 1;
    }

    private boolean atEnd() throws IOException {
        in.mark(1);
        boolean end = in.read() < 0;
        in.reset();
        return end;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
