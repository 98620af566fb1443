package io.gracefulbackup.testkit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A stream that is fast up to a position, runs an action there, and is slow from then on, even for an interrupted reader. */
final class ThrottledStream extends FilterInputStream {
    private static final int PIECE = 1 << 10;
    private static final Duration PAUSE = Duration.ofMillis(40);

    private final Runnable action;
    private long fast;

    ThrottledStream(InputStream in, long fast, Runnable action) {
        super(in);
        this.fast = fast;
        this.action = action;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (fast <= 0) {
            pause();
            return in.read(bytes, offset, Math.min(length, PIECE));
        }
        int n = in.read(bytes, offset, (int) Math.min(length, fast));
        fast -= Math.max(0, n);
        if (fast <= 0) {
            action.run();
        }
        return n;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private static void pause() {
        long end = System.nanoTime() + PAUSE.toNanos();
        boolean interrupted = Thread.interrupted();
        for (long left = PAUSE.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
