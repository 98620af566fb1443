package io.gracefulbackup.testkit.fakes;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** Streams that are slow, break off or flip a bit. */
final class FaultyStreams {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final long TICKS_A_SECOND = 10;

    private FaultyStreams() {}

    static InputStream slow(InputStream in, long bytesPerSecond, Lifetime lifetime) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                lifetime.pause(TICK);
                return in.read(bytes, offset, (int) Math.min(length, bytesATick(bytesPerSecond)));
            }
        };
    }

    static OutputStream slow(OutputStream out, long bytesPerSecond, Lifetime lifetime) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int sent = 0;
                while (sent < length) {
                    lifetime.pause(TICK);
                    int count = (int) Math.min(length - sent, bytesATick(bytesPerSecond));
                    out.write(bytes, offset + sent, count);
                    out.flush();
                    sent += count;
                }
            }
        };
    }

    static InputStream cut(InputStream in, long limit) {
        return new FilterInputStream(in) {
            private long left = limit;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("Cut on purpose after " + limit + " bytes");
                }
                int count = in.read(bytes, offset, (int) Math.min(length, left));
                left -= Math.max(0, count);
                return count;
            }
        };
    }

    static InputStream flipped(InputStream in, long at) {
        return new FilterInputStream(in) {
            private long position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = in.read(bytes, offset, length);
                if (at >= position && at < position + count) {
                    bytes[offset + (int) (at - position)] ^= 1;
                }
                position += Math.max(0, count);
                return count;
            }
        };
    }

    static OutputStream cut(OutputStream out, long limit) {
        return new FilterOutputStream(out) {
            private long left = limit;

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int count = (int) Math.min(length, left);
                out.write(bytes, offset, count);
                left -= count;
                if (count < length) {
                    out.flush();
                    throw new IOException("Cut on purpose after " + limit + " bytes");
                }
            }
        };
    }

    private static long bytesATick(long bytesPerSecond) {
        return Math.max(1, bytesPerSecond / TICKS_A_SECOND);
    }
}
