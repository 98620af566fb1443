package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.FencedBackup;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** The rows of the table of backups that belong to one application. */
final class Catalogue {
    private static final int MAGIC_BYTES = 3;

    private static final String HELD =
            "WITH held AS (SELECT FROM {lease} WHERE app = ?::text AND epoch = ?::bigint AND holder = ?::text FOR UPDATE) ";

    private final Table table;
    private final String application;
    private final Set<Long> others = ConcurrentHashMap.newKeySet();

    Catalogue(Table table, String application) {
        this.table = table;
        this.application = application;
    }

    /**
     * Inserts a row. The bytes are in the row or, if an upload is given, in its parts, all of which must exist.
     *
     * <p>If the backup has a fence, the row of the lease is locked until the end of the transaction, so that no other instance can
     * acquire the lease. If the lease is not held as the fence says, the backup becomes a fork.
     *
     * @param parts the number of parts of the upload, or 0
     * @return the row; empty if there is a row of that backup already, or if a part is missing
     */
    Optional<Row> insert(Connection connection, SealedBackup backup, @Nullable UUID upload, int parts)
            throws SQLException, IOException {
        BackupHeader header = backup.header();
        int format = format(backup);
        Fence fence = backup instanceof FencedBackup fenced ? fenced.fence() : null;
        try (PreparedStatement insert = connection.prepareStatement(
                        table.in((fence == null ? "" : HELD) + "INSERT INTO {rows} (backup_data, upload, name,"
                                + " application, backup_id, epoch, sequence, parent_id, content_digest, sha256, size_bytes, state_bytes,"
                                + " snapshot_at, reason, site, instance, format, fork) SELECT ?::bytea, ?::uuid, ?::text, ?::text, ?::text,"
                                + " ?::bigint, ?::bigint, ?::text, ?::text, ?::text, ?::bigint, ?::bigint, ?::timestamptz, ?::text,"
                                + " ?::text, ?::text, ?::smallint, "
                                + (fence == null ? "false" : "NOT EXISTS (SELECT FROM held)")
                                + " WHERE (SELECT count(*) FROM {parts} WHERE upload = ?::uuid) = ?"
                                + " ON CONFLICT (application, backup_id) DO NOTHING RETURNING id, fork"));
                InputStream bytes = upload == null ? backup.newStream() : InputStream.nullInputStream()) {
            int i = 0;
            if (fence != null) {
                insert.setString(++i, application);
                insert.setLong(++i, fence.epoch());
                insert.setString(++i, fence.holder());
            }
            if (upload == null) {
                insert.setBinaryStream(++i, bytes, backup.size());
            } else {
                insert.setNull(++i, Types.BINARY);
            }
            insert.setObject(++i, upload, Types.OTHER);
            insert.setString(++i, text(connection, header.name()));
            insert.setString(++i, application);
            insert.setString(++i, header.id().value());
            insert.setLong(++i, header.epoch());
            insert.setLong(++i, header.sequence());
            insert.setString(++i, header.parent().map(BackupId::value).orElse(null));
            insert.setString(++i, backup.contentDigest());
            insert.setString(++i, backup.sha256());
            insert.setLong(++i, backup.size());
            insert.setLong(++i, backup.stateBytes());
            insert.setObject(++i, OffsetDateTime.ofInstant(header.createdAt(), ZoneOffset.UTC));
            insert.setString(++i, text(connection, header.reason()));
            insert.setString(
                    ++i,
                    header.site().isPresent() ? text(connection, header.site().get()) : null);
            insert.setString(++i, text(connection, header.instance()));
            insert.setInt(++i, format);
            insert.setObject(++i, upload, Types.OTHER);
            insert.setInt(++i, parts);
            try (ResultSet row = insert.executeQuery()) {
                return row.next()
                        ? Optional.of(new Row(row.getLong(1), upload, backup.size(), row.getBoolean(2)))
                        : Optional.empty();
            }
        }
    }

    /**
     * Lets the identity of new rows go on after the highest id: a table that was copied may begin to count again. A role that may not
     * set the sequence draws the numbers one by one.
     *
     * @return the number from which it goes on
     */
    long goOnAfterTheHighestId(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(table.in("SELECT CASE WHEN has_sequence_privilege(of_id, 'UPDATE')"
                        + " THEN setval(of_id, greatest(highest, nextval(of_id)))"
                        + " ELSE (SELECT max(n) FROM (SELECT nextval(of_id) AS n"
                        + " FROM generate_series(1, highest - nextval(of_id))) AS drawn) END"
                        + " FROM (SELECT pg_get_serial_sequence(?, 'id')::regclass AS of_id,"
                        + " (SELECT coalesce(max(id), 0) FROM {rows}) AS highest) AS found WHERE of_id IS NOT NULL"))) {
            statement.setString(1, table.rows());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** Returns the version of the sealed format, or 0 if the bytes do not begin with its magic number. */
    private static int format(SealedBackup backup) throws IOException {
        try (InputStream in = backup.newStream()) {
            byte[] start = in.readNBytes(MAGIC_BYTES + 1);
            boolean isSealed = start.length > MAGIC_BYTES && start[0] == 'G' && start[1] == 'B' && start[2] == 'K';
            return isSealed ? start[MAGIC_BYTES] & 0xff : 0;
        }
    }

    /**
     * Removes zero characters, which PostgreSQL does not accept, and escapes what the encoding of the database may lack: a
     * descriptive text must not make a backup fail.
     */
    private static String text(Connection connection, String text) throws SQLException {
        String encoding = connection.unwrap(PGConnection.class).getParameterStatus("server_encoding");
        String plain = text.replace("\0", "");
        return encoding == null || encoding.equals("UTF8") || encoding.equals("SQL_ASCII")
                ? plain
                : plain.chars()
                        .mapToObj(c -> c < 128 ? String.valueOf((char) c) : String.format(Locale.ROOT, "\\u%04x", c))
                        .collect(Collectors.joining());
    }

    /** Returns the row of a backup. */
    Optional<Row> find(Connection connection, BackupId id) throws SQLException {
        return find(connection, "application = ? AND backup_id = ?", application, id.value());
    }

    /** Returns the row with an id. A row of another application is found only after it was listed by {@link #listOthers}. */
    Optional<Row> find(Connection connection, long id) throws SQLException {
        return others.contains(id)
                ? find(connection, "id = ?", id)
                : find(connection, "application = ? AND id = ?", application, id);
    }

    private Optional<Row> find(Connection connection, String condition, Object... values) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                table.in("SELECT id, upload, size_bytes, fork FROM {rows} WHERE " + condition))) {
            for (int i = 0; i < values.length; i++) {
                query.setObject(i + 1, values[i]);
            }
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Row(
                                row.getLong(1), row.getObject(2, UUID.class), row.getLong(3), row.getBoolean(4)))
                        : Optional.empty();
            }
        }
    }

    /** Compares the digest that the server computes from the bytes in a row with that of the backup. */
    void verify(Connection connection, long id, SealedBackup backup) throws SQLException, IOException {
        try (PreparedStatement query = connection.prepareStatement(
                table.in("SELECT coalesce(encode(sha256(backup_data), 'hex'), 'none') FROM {rows} WHERE id = ?"))) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                String held = row.next() ? row.getString(1) : "none";
                if (!held.equals(backup.sha256())) {
                    throw new IOException("PostgreSQL holds other bytes than it was given: row " + id + " of "
                            + table.display() + " has SHA-256 " + held + ", expected " + backup.sha256());
                }
            }
        }
    }

    /** Returns all entries, the newest first according to the columns. */
    List<StoredBackup> list(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(table.in(
                "SELECT id, backup_id, epoch, sequence, size_bytes, snapshot_at, protected FROM {rows} WHERE application = ?"
                        + " ORDER BY epoch DESC, sequence DESC, id DESC"))) {
            return entries(query);
        }
    }

    /** Returns the newest entry of each other application, of at most ten. */
    List<StoredBackup> listOthers(Connection connection) throws SQLException, IOException {
        try (PreparedStatement query = connection.prepareStatement(
                table.in(
                        "SELECT DISTINCT ON (application) id, backup_id, epoch, sequence, size_bytes, snapshot_at, protected FROM {rows}"
                                + " WHERE application <> ? ORDER BY application, epoch DESC, sequence DESC, id DESC LIMIT 10"))) {
            List<StoredBackup> found = entries(query);
            for (StoredBackup other : found) {
                others.add(idOf(other));
            }
            return found;
        }
    }

    private List<StoredBackup> entries(PreparedStatement query) throws SQLException {
        query.setString(1, application);
        List<StoredBackup> entries = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                entries.add(StoredBackup.at(location(row.getLong(1)), hint(row)));
            }
        }
        return entries;
    }

    private static StoredBackup.@Nullable Hint hint(ResultSet row) throws SQLException {
        String id = row.getString(2);
        return BackupId.isValid(id)
                ? new StoredBackup.Hint(
                        new BackupId(id),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getObject(6, OffsetDateTime.class).toInstant(),
                        row.getBoolean(7))
                : null;
    }

    /** Removes a row and its parts in one statement. */
    void delete(Connection connection, long id) throws SQLException, IOException {
        try (PreparedStatement delete =
                connection.prepareStatement(table.in("WITH gone AS (DELETE FROM {rows} WHERE id = ? AND"
                        + " application = ? AND NOT protected RETURNING upload), gone_parts AS (DELETE FROM {parts} USING gone"
                        + " WHERE {parts}.upload = gone.upload) SELECT EXISTS (SELECT FROM {rows} WHERE id = ? AND application = ?"
                        + " AND protected)"))) {
            delete.setLong(1, id);
            delete.setString(2, application);
            delete.setLong(3, id);
            delete.setString(4, application);
            try (ResultSet row = delete.executeQuery()) {
                row.next();
                if (row.getBoolean(1)) {
                    throw new IOException(
                            "row " + id + " of " + table.display() + " is protected; it may be deleted after "
                                    + "UPDATE " + table.rows() + " SET protected = false WHERE id = " + id);
                }
            }
        }
    }

    /** Marks a row as protected, or as not protected. */
    void protect(Connection connection, long id, boolean isProtected) throws SQLException, IOException {
        try (PreparedStatement update = connection.prepareStatement(
                table.in("UPDATE {rows} SET protected = ? WHERE id = ? AND application = ?"))) {
            update.setBoolean(1, isProtected);
            update.setLong(2, id);
            update.setString(3, application);
            if (update.executeUpdate() == 0) {
                throw new IOException("row " + id + " of " + table.display() + " is gone");
            }
        }
    }

    String location(long id) {
        return table.display() + "#" + id;
    }

    /** Returns the id of the row at the location of a backup. */
    long idOf(StoredBackup backup) throws IOException {
        String prefix = table.display() + "#";
        String location = backup.location();
        if (location.startsWith(prefix) && location.substring(prefix.length()).matches("[0-9]{1,18}")) {
            return Long.parseLong(location.substring(prefix.length()));
        }
        throw new IOException(
                "\"" + location + "\" is not a row of " + table.display() + "; expected " + prefix + "<id>");
    }

    /**
     * A row of the table of backups.
     *
     * @param id the id of the row
     * @param upload the id of the upload that has the parts, or null if the bytes are in the row
     * @param size the number of bytes
     * @param fork whether the lease was no longer held when the backup was published
     */
    record Row(long id, @Nullable UUID upload, long size, boolean fork) {}
}
