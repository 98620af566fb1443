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
 * The simplest state that shows whether a backup is whole: a count, a text to look for in files, and as many bytes as
 * wanted that depend on the count. A section that does not hang together stops the start, it is not passed over.
 */
public final class Counter implements StateSource {
    /** Is in the state of every host; must never be in a file. */
    public static final String MARKER = "PLAINTEXT-MARKER-OF-THE-STATE";

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final int bytes;
    private long count;

    /** A count of 0, saved with that many bytes. */
    public Counter(int bytes) {
        this.bytes = bytes;
    }

    ReentrantReadWriteLock lock() {
        return lock;
    }

    /** Changes it by one. */
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
            throw new IllegalStateException("NOT WHOLE: the section does not hang together at count " + saved);
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
