package io.gracefulbackup.it.hosts;

import io.gracefulbackup.StateSource;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The simplest state that shows whether a backup is complete: a count, a text to search files for, and any number of bytes that
 * depend on the count. An inconsistent section makes the start fail; the library does not skip it.
 */
public final class Counter implements StateSource {
    /** Part of the state of every host. Must never appear in a file. */
    public static final String MARKER = "PLAINTEXT-MARKER-OF-THE-STATE";

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final int bytes;
    private long count;

    /** Creates a count of 0, which is saved with that many bytes. */
    public Counter(int bytes) {
        this.bytes = bytes;
    }

    ReentrantReadWriteLock lock() {
        return lock;
    }

    /** Increments the count. */
    public void increment() {
        lock.writeLock().lock();
        try {
            count++;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The count. */
    public long count() {
        lock.readLock().lock();
        try {
            return count;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public String name() {
        return "counter";
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeUTF(MARKER);
        data.writeLong(count());
        data.writeInt(bytes);
        data.write(bytesFor(count(), bytes));
        data.flush();
    }

    @Override
    public void readFrom(InputStream in, int version) throws IOException {
        DataInputStream data = new DataInputStream(in);
        String marker = data.readUTF();
        long saved = data.readLong();
        byte[] rest = data.readNBytes(data.readInt());
        if (!marker.equals(MARKER) || !Arrays.equals(rest, bytesFor(saved, rest.length)) || data.read() >= 0) {
            throw new IllegalStateException("NOT WHOLE: the section is inconsistent at count " + saved);
        }
        lock.writeLock().lock();
        try {
            count = saved;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static byte[] bytesFor(long count, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(count).nextBytes(bytes);
        return bytes;
    }
}
