package io.gracefulbackup.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells when a stream is closed after it was read to its end. */
final class WholeRead extends FilterInputStream {
    private final Runnable whenRead;
    private boolean ended;
    private boolean closed;

    WholeRead(InputStream in, Runnable whenRead) {
        super(in);
        this.whenRead = whenRead;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        ended |= value < 0;
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, length);
        ended |= n < 0;
        return n;
    }

    @Override
    public void close() throws IOException {
        in.close();
        if (ended && !closed) {
            closed = true;
            whenRead.run();
        }
    }
}
