package io.gracefulbackup.postgres;

import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * What the server must compute from the parts it holds: its SHA-256 cannot be fed piece by piece, so parts are compared by
 * the digest over the digests of all parts.
 *
 * @param count how many parts
 * @param bytes how many bytes in all
 * @param sha256 SHA-256 over the parts' SHA-256 digests, in order, hexadecimal
 */
record PartDigests(int count, long bytes, String sha256) {
    /** The number of bytes of every part but the last. */
    static final int PART_BYTES = 1 << 20;

    /**
     * Reads a backup part by part.
     *
     * @param reader gets each part before the next is read
     * @throws IOException if the bytes are not those that the backup says it has
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

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes parts. */
    interface Reader {
        /** One part: the first {@code length} bytes, which change after the call. */
        void part(int no, byte[] bytes, int length) throws IOException, SQLException;
    }
}
