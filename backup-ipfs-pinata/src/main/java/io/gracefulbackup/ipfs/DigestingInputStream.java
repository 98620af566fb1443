package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Reads for as long as there is time and nobody interrupts, and knows the digest of what it read. */
final class DigestingInputStream extends FilterInputStream {
    private final Deadline deadline;
    private final MessageDigest digest;

    DigestingInputStream(InputStream in, Deadline deadline) {
        super(in);
        this.deadline = deadline;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
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
            throw new InterruptedIOException("no time is left to read the backup");
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

    /** Of all that was read, 64 hexadecimal digits; ends the reading. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
