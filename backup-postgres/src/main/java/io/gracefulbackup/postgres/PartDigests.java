package io.gracefulbackup.postgres;

import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * The number, size and digest of the parts of a backup, to be compared with those that the server computes. The server cannot
 * compute a SHA-256 incrementally, so the digest is that over the digests of the parts.
 *
 * @param count the number of parts
 * @param bytes the number of bytes in all parts
 * @param sha256 the SHA-256 over the SHA-256 digests of the parts in their order, hexadecimal
 */
record PartDigests(int count, long bytes, String sha256) {
    /** The number of bytes of every part but the last. */
    static final int PART_BYTES = 1 << 20;

    /**
     * Reads a backup part by part, and computes its digests.
     *
     * @param reader receives each part before the next one is read
     * @throws IOException if the bytes do not have the size and the digest of the backup
     */
    static PartDigests of(SealedBackup backup, Reader reader) throws IOException, SQLException {
        MessageDigest whole = newSha256();
        MessageDigest parts = newSha256();
        MessageDigest part = newSha256();
        byte[] buffer = new byte[PART_BYTES];
        int count = 0;
        long bytes = 0;
        try (InputStream in = backup.newStream()) {
            for (int n = in.readNBytes(buffer, 0, PART_BYTES); n > 0; n = in.readNBytes(buffer, 0, PART_BYTES)) {
                whole.update(buffer, 0, n);
                part.update(buffer, 0, n);
                parts.update(part.digest());
                reader.part(count++, buffer, n);
                bytes += n;
            }
        }
        String read = HexFormat.of().formatHex(whole.digest());
        if (bytes != backup.size() || !read.equals(backup.sha256())) {
            throw new IOException("the spooled backup " + backup.header().id() + " is not what was sealed: " + bytes
                    + " bytes with SHA-256 " + read + ", expected " + backup.size() + " bytes with " + backup.sha256());
        }
        return new PartDigests(count, bytes, HexFormat.of().formatHex(parts.digest()));
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Receives parts. */
    interface Reader {
        /** Receives one part: the first {@code length} bytes of a buffer that is used again after the call. */
        void part(int no, byte[] bytes, int length) throws IOException, SQLException;
    }
}
