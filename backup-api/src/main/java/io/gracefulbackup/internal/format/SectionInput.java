package io.gracefulbackup.internal.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Reads the bytes of one section and nothing beyond it. */
final class SectionInput extends InputStream {
    private final InputStream body;
    private long left;
    private boolean ended;

    SectionInput(InputStream body, long length) {
        this.body = body;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        requireOpen();
        if (left == 0) {
            return -1;
        }
        int b = body.read();
        count(b < 0 ? -1 : 1);
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        requireOpen();
        if (left == 0) {
            return length == 0 ? 0 : -1;
        }
        int read = body.read(target, offset, (int) Math.min(length, left));
        count(read);
        return read;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(left, body.available());
    }

    /** Skips the unread bytes, so that the body continues with the next section; later reads fail. */
    void end() throws IOException {
        transferTo(OutputStream.nullOutputStream());
        ended = true;
    }

    private void requireOpen() throws IOException {
        if (ended) {
            throw new IOException("The stream of this section ended when its reader returned");
        }
    }

    private void count(int read) {
        if (read < 0) {
            throw BodyInput.nonsense("it ends within a section");
        }
        left -= read;
    }
}
