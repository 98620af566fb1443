package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Ends work that is no longer wanted: its deadline has passed, or its thread is interrupted. */
final class Cancellation {
    /** Work is looked after once in each piece. */
    static final int BUFFER_SIZE = 64 * 1024;

    private Cancellation() {}

    static void check(Deadline deadline, String activity) throws InterruptedIOException {
        if (deadline.isExpired()) {
            throw new InterruptedIOException("no time was left while " + activity + "; raise BACKUP_TIMEOUT if the"
                    + " platform allows it, or point BACKUP_FILE at a faster disk");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while " + activity);
        }
    }

    /** A stream that ends with an exception when it is no longer wanted. */
    static InputStream cancellable(InputStream in, Deadline deadline, String activity) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                check(deadline, activity);
                return in.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                check(deadline, activity);
                return in.read(bytes, offset, Math.min(length, BUFFER_SIZE));
            }
        };
    }
}
