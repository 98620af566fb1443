package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes the digest of what is read, and stops reading when the deadline expires or the thread is interrupted. */
final class DigestingInputStream extends FilterInputStream {
    private final Deadline deadline;
    private final MessageDigest digest;

    DigestingInputStream(InputStream in, Deadline deadline) {
        super(in);
        this.deadline = deadline;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but this one does not", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (deadline.isExpired()) {
            throw new InterruptedIOException("the deadline expired while reading the backup");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while reading the backup");
        }
        int count = in.read(bytes, offset, length);
        if (count > 0) {
            digest.update(bytes, offset, count);
        }
        return count;
    }

    /** The digest of all bytes read so far, as 64 hexadecimal digits. Must be called once, after the last read. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
