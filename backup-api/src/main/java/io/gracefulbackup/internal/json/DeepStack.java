package io.gracefulbackup.internal.json;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Values that are nested very deeply are written and read on a thread with a large stack: Jackson calls itself for each
 * level. It starts on the caller's thread, and begins anew if the value turns out to be deep while its beginning is still
 * held in memory.
 */
final class DeepStack {
    /** What any thread's stack has room for. */
    static final int MAX_SHALLOW = 384;

    private static final int HELD_BYTES = 1 << 18;
    private static final long STACK_BYTES = 256L << 20;

    private DeepStack() {}

    /** The value is nested more deeply than the caller's stack may have room for. Jackson passes errors on as they are. */
    static final class NeededError extends Error {
        private static final long serialVersionUID = 1L;

        NeededError() {
            super("needs a large stack", null, false, false);
        }
    }

    static <T> T call(Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(null, task, "graceful-backup-deep-json", STACK_BYTES, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a deeply nested value was written or read");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failed) {
                throw failed;
            }
            if (cause instanceof Error failed) {
                throw failed;
            }
            if (cause instanceof RuntimeException failed) {
                throw failed;
            }
            throw new IllegalStateException(cause);
        }
    }

    /** Holds back the first bytes; the stream belongs to the caller and stays open. */
    static final class HeldOutput extends OutputStream {
        private final OutputStream out;
        private ByteArrayOutputStream held = new ByteArrayOutputStream();
        private boolean isReleased;

        HeldOutput(OutputStream out) {
            this.out = out;
        }

        boolean canRewind() {
            return !isReleased;
        }

        void rewind() {
            held.reset();
        }

        void release() throws IOException {
            if (!isReleased) {
                isReleased = true;
                held.writeTo(out);
                held = new ByteArrayOutputStream(0);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!isReleased && held.size() + length > HELD_BYTES) {
                release();
            }
            if (isReleased) {
                out.write(bytes, offset, length);
            } else {
                held.write(bytes, offset, length);
            }
        }
    }

    /** Keeps the first bytes; the stream belongs to the caller and stays open. */
    static final class HeldInput extends InputStream {
        private final InputStream in;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private boolean isComplete = true;

        HeldInput(InputStream in) {
            this.in = in;
        }

        boolean canRewind() {
            return isComplete;
        }

        /** The whole stream again. */
        InputStream rewound() {
            return new SequenceInputStream(new ByteArrayInputStream(held.toByteArray()), in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            if (count > 0 && isComplete) {
                isComplete = held.size() + count <= HELD_BYTES;
                if (isComplete) {
                    held.write(bytes, offset, count);
                } else {
                    held.reset();
                }
            }
            return count;
        }
    }
}
