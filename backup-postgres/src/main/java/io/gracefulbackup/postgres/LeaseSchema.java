package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.PermanentFailureException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Creates the table of leases. It is created only if instances hand over the state. */
final class LeaseSchema {
    private static final Duration LONGEST_WAIT_FOR_A_LOCK = Duration.ofSeconds(10);

    static final List<Column> COLUMNS = List.of(
            new Column("app", "text", "PRIMARY KEY"),
            new Column("epoch", "bigint", "NOT NULL"),
            new Column("holder", "text", ""),
            new Column("site", "text", ""),
            new Column("active", "boolean", "NOT NULL"),
            new Column("beat", "bigint", "NOT NULL"),
            new Column("expires_at", "timestamp with time zone", "NOT NULL"),
            new Column("want", "text", ""),
            new Column("want_beat", "bigint", "NOT NULL DEFAULT 0"),
            new Column("want_site", "text", ""),
            new Column("want_keys", "text", ""),
            new Column("want_format", "integer", ""),
            new Column("offer", "text", ""),
            new Column("final_id", "text", ""),
            new Column("refused", "text", ""),
            new Column("refused_why", "text", ""));

    private final Table table;
    private volatile boolean ready;
    private volatile boolean fits;

    LeaseSchema(Table table) {
        this.table = table;
    }

    /**
     * Creates the tables if they do not exist, that of backups too, which the release of a lease reads. Checks only once, until
     * {@link #forget} is called.
     */
    void ensure(Connection connection, Deadline deadline) throws SQLException, IOException {
        if (ready) {
            return;
        }
        new Schema(table).ensure(connection, deadline);
        if (!exists(connection)) {
            Transaction.run(connection, deadline.atMost(LONGEST_WAIT_FOR_A_LOCK), () -> create(connection));
        }
        requireToFit(connection);
        ready = true;
    }

    /** Does the same in the transaction of the caller, who rolls it back. Therefore the next call checks again. */
    void tryOut(Connection connection) throws SQLException, IOException {
        if (!exists(connection)) {
            create(connection);
        }
        TableColumns.of(connection, table.lease()).requireToFit(table.display() + Table.LEASE, COLUMNS);
    }

    /**
     * Returns whether there is a table to read. Creates nothing: an instance that only looks leaves the database as it is.
     *
     * @throws IOException if the table has other columns
     */
    boolean isPresent(Connection connection) throws SQLException, IOException {
        if (fits) {
            return true;
        }
        if (!exists(connection)) {
            return false;
        }
        requireToFit(connection);
        return true;
    }

    private void requireToFit(Connection connection) throws SQLException, IOException {
        TableColumns.of(connection, table.lease()).requireToFit(table.display() + Table.LEASE, COLUMNS);
        fits = true;
    }

    /** Makes the next call check again: the table may have been dropped. */
    void forget() {
        ready = false;
        fits = false;
    }

    /** Returns the statement that creates the table. Free space in its pages lets updates leave the index unchanged. */
    static String definition(Table table) {
        return table.in("""
                CREATE TABLE IF NOT EXISTS {lease} (
                  %s
                ) WITH (fillfactor = 50)""".formatted(COLUMNS.stream().map(Column::definition).collect(Collectors.joining(",\n  "))));
    }

    private boolean exists(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT to_regclass(?) IS NOT NULL FROM (SELECT FROM pg_class LIMIT 1) AS fresh")) {
            query.setString(1, table.lease());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private boolean create(Connection connection) throws SQLException, IOException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtext(?))")) {
            lock.setString(1, "graceful-backup schema " + table.rows());
            lock.execute();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(definition(table));
            return true;
        } catch (SQLException e) {
            if (!SqlState.MISSING_PRIVILEGE.is(e)) {
                throw e;
            }
            throw new PermanentFailureException(
                    "table " + table.display() + Table.LEASE
                            + ", which holds the lease for handoffs, does not exist, and role "
                            + connection.getMetaData().getUserName()
                            + " may not create it. Let the owner of the schema create it with the statement in the documentation of"
                            + " backup-postgres and GRANT SELECT, INSERT, UPDATE on it, or set BACKUP_HANDOFF=off",
                    e);
        }
    }
}
