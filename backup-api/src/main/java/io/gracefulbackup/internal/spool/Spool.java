package io.gracefulbackup.internal.spool;

import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Heap;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds sealed bytes between the snapshot that writes them and the sinks that read them. Up to a limit they stay in memory;
 * beyond it they go to a temporary file that only this user can read, or stay in memory if there is no place for a file, as
 * long as the heap has room. Where the system allows it, the file is deleted while it is open, so a killed process leaves
 * nothing behind.
 *
 * <p>One thread writes; afterwards any number of threads read. Interrupts do not affect reading: the interrupt of one sink
 * must not close the file for the others.
 */
public final class Spool extends OutputStream {
    /** How much of a backup stays in memory where there is a place for a file. */
    public static final int MEMORY_LIMIT = 16 << 20;

    private static final int CHUNK = 64 << 10;

    private final SpoolPlaces places;
    private final LongSupplier freeHeap;
    private long memoryLimit;
    private final List<byte[]> chunks = new ArrayList<>();
    private final MessageDigest digest = sha256();
    private @Nullable RandomAccessFile file;
    private @Nullable Path name;
    private long size;
    private volatile boolean closed;

    /** An empty spool with the usual limit of memory, and its file in a directory of the system. */
    public Spool() {
        this(SpoolPlaces.ofSystem());
    }

    /** An empty spool with the usual limit of memory. */
    Spool(SpoolPlaces places) {
        this(MEMORY_LIMIT, places, Heap::free);
    }

    /**
     * A spool in a system of its own, for tests.
     *
     * @param places the directories for a temporary file
     * @param freeHeap the bytes that the heap has room for
     */
    Spool(int memoryLimit, SpoolPlaces places, LongSupplier freeHeap) {
        this.memoryLimit = memoryLimit;
        this.places = places;
        this.freeHeap = freeHeap;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("The spool is closed: this backup was abandoned");
        }
        digest.update(bytes, offset, length);
        if (file == null && size + length > memoryLimit) {
            spillOrGrow(length);
        }
        if (file != null) {
            file.write(bytes, offset, length);
            size += length;
        } else {
            keep(bytes, offset, length);
        }
    }

    /** The number of bytes written so far. */
    public long size() {
        return size;
    }

    /** SHA-256 of all bytes, in hexadecimal digits. Call it once, after the last write. */
    public String sha256Hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A new stream over all bytes; not buffered. */
    public InputStream newStream() {
        return new Reader();
    }

    /** Forgets what was written, so that another backup can be. Nobody may be reading or writing. */
    public void clear() {
        chunks.clear();
        size = 0;
        digest.reset();
        try {
            removeFile();
        } catch (IOException e) {
            // close() tries again.
        }
        file = null;
    }

    /** Frees memory and disk space. Streams that are still being read throw an {@code IOException} from then on. */
    @Override
    public void close() throws IOException {
        closed = true;
        chunks.clear();
        removeFile();
    }

    private void removeFile() throws IOException {
        RandomAccessFile open = file;
        if (open != null) {
            open.close();
        }
        if (name != null) {
            Files.deleteIfExists(name);
        }
    }

    /** Closes the spool; a failure goes to the given log as a warning. */
    public void closeOrWarn(Consumer<String> warning) {
        try {
            close();
        } catch (IOException e) {
            warning.accept("⚠️ A temporary file of sealed bytes could not be removed: " + Failures.describe(e));
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

    /** Without a place for a file, a backup that fits into the heap is better than none. */
    private void spillOrGrow(int length) throws IOException {
        try {
            spill();
        } catch (IOException noPlace) {
            if (freeHeap.getAsLong() < 2L * MEMORY_LIMIT + length) {
                throw noPlace;
            }
            memoryLimit = size + length + MEMORY_LIMIT;
        }
    }

    private void spill() throws IOException {
        Path path = places.createFile();
        name = path;
        RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
        file = opened;
        try {
            Files.delete(path);
            name = null;
        } catch (IOException e) {
            // Windows does not delete an open file.
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
        } catch (IndexOutOfBoundsException e) {
            // close() has emptied the list since the caller checked.
            throw new IOException("The spool is closed: the backup run has ended", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("This Java runtime lacks SHA-256, which every one must have", e);
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
