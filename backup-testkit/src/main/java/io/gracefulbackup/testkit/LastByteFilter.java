package io.gracefulbackup.testkit;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream without the last byte of another one, or with one bit of that byte flipped. */
final class LastByteFilter extends FilterInputStream {
    private final boolean isRemoved;

    private LastByteFilter(InputStream in, boolean missing) {
        super(new BufferedInputStream(in));
        this.isRemoved = missing;
    }

    static InputStream remove(InputStream in) {
        return new LastByteFilter(in, true);
    }

    static InputStream flip(InputStream in) {
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
        if (!isRemoved) {
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
