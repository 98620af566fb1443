package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Uploads a backup that is too large for one row, in parts of 1 MiB under the id of an upload. The parts do not count as a backup
 * until a row of the table of backups refers to that id. Client and server need a few MiB of memory.
 */
final class PartsUpload {
    /** The header of {@code COPY … (FORMAT binary)}: signature, flags, and the length of the header extension. */
    private static final byte[] COPY_HEADER =
            HexFormat.of().parseHex("5047434f50590aff0d0a00" + "00000000" + "00000000");

    private static final byte[] COPY_TRAILER = {(byte) 0xff, (byte) 0xff};
    private static final short COLUMNS = 4;

    private final Table table;
    private final byte[] application;

    PartsUpload(Table table, String application) {
        this.table = table;
        this.application = application.getBytes(StandardCharsets.UTF_8);
    }

    /** Sends all bytes with one {@code COPY}. The caller must {@link #verify} them in the same transaction. */
    PartDigests send(Connection connection, UUID upload, SealedBackup backup, Deadline deadline)
            throws SQLException, IOException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(table.in("COPY {parts} (application, upload, no, data) FROM STDIN (FORMAT binary)"));
        copy.writeToCopy(COPY_HEADER, 0, COPY_HEADER.length);
        PartDigests sent = PartDigests.of(backup, (no, bytes, length) -> {
            if (deadline.isExpired() || Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(
                        "the upload to PostgreSQL was stopped after " + no + " MiB: the time was up");
            }
            byte[] start = startOfTuple(upload, no, length);
            copy.writeToCopy(start, 0, start.length);
            copy.writeToCopy(bytes, 0, length);
        });
        copy.writeToCopy(COPY_TRAILER, 0, COPY_TRAILER.length);
        copy.endCopy();
        return sent;
    }

    /** Returns the bytes of a tuple before those of its last column. */
    private byte[] startOfTuple(UUID upload, int no, int length) {
        return ByteBuffer.allocate(38 + application.length)
                .putShort(COLUMNS)
                .putInt(application.length)
                .put(application)
                .putInt(16)
                .putLong(upload.getMostSignificantBits())
                .putLong(upload.getLeastSignificantBits())
                .putInt(4)
                .putInt(no)
                .putInt(length)
                .array();
    }

    /** Compares digests that the server computes from the stored parts with those of the bytes that were sent. */
    void verify(Connection connection, UUID upload, PartDigests expected) throws SQLException, IOException {
        try (PreparedStatement query = connection.prepareStatement(
                table.in(
                        "SELECT count(*), coalesce(sum(octet_length(data)), 0), encode(sha256(coalesce("
                                + "string_agg(sha256(data), ''::bytea ORDER BY no), ''::bytea)), 'hex') FROM {parts} WHERE upload = ?"))) {
            query.setObject(1, upload);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                PartDigests held = new PartDigests(row.getInt(1), row.getLong(2), row.getString(3));
                if (!held.equals(expected)) {
                    throw new IOException("PostgreSQL holds other bytes than it was given: " + held + " in "
                            + table.parts() + " for upload " + upload + ", expected " + expected);
                }
            }
        }
    }
}
