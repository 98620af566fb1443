package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Stops file operations whose deadline has expired or whose thread was interrupted. */
final class Cancellation {
    /** The size of the buffers in which files are copied: cancellation is checked once per buffer. */
    static final int BUFFER_SIZE = 64 * 1024;

    private Cancellation() {}

    /**
     * Throws if the operation must stop.
     *
     * @param activity what is being done, for the message, such as {@code "writing data"}
     * @throws InterruptedIOException if the deadline has expired or this thread is interrupted
     */
    static void check(Deadline deadline, String activity) throws InterruptedIOException {
        if (deadline.isExpired()) {
            throw new InterruptedIOException("no time was left while " + activity + "; raise BACKUP_TIMEOUT if the"
                    + " platform allows it, or point BACKUP_FILE at a faster disk");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while " + activity);
        }
    }

    /** Wraps a stream so that every read first {@linkplain #check checks} for cancellation. */
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
