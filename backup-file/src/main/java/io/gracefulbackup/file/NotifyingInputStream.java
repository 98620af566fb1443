package io.gracefulbackup.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Runs an action when the stream is closed, if it has been read to its end. */
final class NotifyingInputStream extends FilterInputStream {
    private final Runnable onFullyRead;
    private boolean atEnd;
    private boolean closed;

    NotifyingInputStream(InputStream in, Runnable onFullyRead) {
        super(in);
        this.onFullyRead = onFullyRead;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        atEnd |= value < 0;
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, length);
        atEnd |= n < 0;
        return n;
    }

    @Override
    public void close() throws IOException {
        in.close();
        if (atEnd && !closed) {
            closed = true;
            onFullyRead.run();
        }
    }
}
