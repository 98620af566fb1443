package io.gracefulbackup.internal.spool;

import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds sealed bytes between the pass that makes them and the sinks that read them: in memory up to a limit, then in a
 * temporary file that only this user can read and that has no name any more where the system allows it, so a killed
 * process leaves nothing.
 *
 * <p>One thread writes; afterwards any number of threads read. Reading is not interruptible, because an interrupt of one
 * sink must not close the file for the others.
 */
public final class Spool extends OutputStream {
    static final int MEMORY_LIMIT = 16 << 20;
    private static final int CHUNK = 64 << 10;

    private final int memoryLimit;
    private final List<byte[]> chunks = new ArrayList<>();
    private final MessageDigest digest = sha256();
    private @Nullable RandomAccessFile file;
    private @Nullable Path name;
    private long size;
    private volatile boolean closed;

    public Spool() {
        this(MEMORY_LIMIT);
    }

    Spool(int memoryLimit) {
        this.memoryLimit = memoryLimit;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("The spool is closed: this backup was given up");
        }
        digest.update(bytes, offset, length);
        if (file == null && size + length > memoryLimit) {
            spill();
        }
        if (file != null) {
            file.write(bytes, offset, length);
            size += length;
        } else {
            keep(bytes, offset, length);
        }
    }

    /** Sees whether a large backup would find a place on the disk. */
    public static void checkTemporaryFile() throws IOException {
        Files.delete(createFile());
    }

    public long size() {
        return size;
    }

    /** Of all bytes; ends the writing. */
    public String sha256Hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    public InputStream newStream() {
        return new Reader();
    }

    /** Frees memory and disk. Readers that are still at it get an {@code IOException}. */
    @Override
    public void close() throws IOException {
        closed = true;
        chunks.clear();
        RandomAccessFile open = file;
        if (open != null) {
            open.close();
        }
        if (name != null) {
            Files.deleteIfExists(name);
        }
    }

    /** The same; what goes wrong goes there, for people. */
    public void closeOrWarn(Consumer<String> warning) {
        try {
            close();
        } catch (IOException notRemoved) {
            warning.accept(
                    "⚠️ A temporary file of sealed bytes could not be removed: " + Failures.describe(notRemoved));
        }
    }

    private void keep(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            int at = (int) (size % CHUNK);
            if (at == 0) {
                chunks.add(new byte[CHUNK]);
            }
            int part = Math.min(CHUNK - at, length - done);
            System.arraycopy(bytes, offset + done, chunks.get(chunks.size() - 1), at, part);
            done += part;
            size += part;
        }
    }

    private void spill() throws IOException {
        Path path = createFile();
        name = path;
        RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
        file = opened;
        try {
            Files.delete(path);
            name = null;
        } catch (IOException stillNeedsItsName) {
            path.toFile().deleteOnExit();
        }
        long left = size;
        for (byte[] chunk : chunks) {
            int part = (int) Math.min(CHUNK, left);
            opened.write(chunk, 0, part);
            left -= part;
        }
        chunks.clear();
    }

    /** {@code createTempFile} makes files that only their owner can read, where the system knows owners. */
    private static Path createFile() throws IOException {
        try {
            return Files.createTempFile("graceful-backup-", ".spool");
        } catch (IOException noTemporaryDirectory) {
            try {
                return Files.createTempFile(Path.of("").toAbsolutePath(), ".graceful-backup-", ".spool");
            } catch (IOException nowhere) {
                nowhere.addSuppressed(noTemporaryDirectory);
                throw new IOException(
                        "No place for a temporary file: neither java.io.tmpdir (" + System.getProperty("java.io.tmpdir")
                                + ") nor the working directory can be written",
                        nowhere);
            }
        }
    }

    private int read(long position, byte[] into, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("The spool is closed: the backup run has ended");
        }
        RandomAccessFile open = file;
        if (open != null) {
            synchronized (open) {
                open.seek(position);
                return open.read(into, offset, length);
            }
        }
        byte[] chunk = chunk((int) (position / CHUNK));
        int at = (int) (position % CHUNK);
        int part = (int) Math.min(Math.min(CHUNK - at, length), size - position);
        System.arraycopy(chunk, at, into, offset, part);
        return part;
    }

    private byte[] chunk(int index) throws IOException {
        try {
            return chunks.get(index);
        } catch (IndexOutOfBoundsException closedMeanwhile) {
            throw new IOException("The spool is closed: the backup run has ended", closedMeanwhile);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    private final class Reader extends InputStream {
        private long position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (position >= size) {
                return -1;
            }
            int count = Spool.this.read(position, into, offset, length);
            position += Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long count) {
            long step = Math.max(0, Math.min(count, size - position));
            position += step;
            return step;
        }

        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, size - position);
        }
    }
}
