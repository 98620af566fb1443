package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.PermanentFailureException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates and checks the tables. They are created when an exit is armed, by a backup and by the lease, never by a listing. It checks before it
 * creates, because the role may lack the privilege to create tables.
 */
final class Schema {
    /** The comment of the table of parts, which ends with the number of the last migration. */
    static final String COMMENT = "Graceful Backup, schema ";

    /** A transaction that waits for the lock of a table blocks all later ones, so it must not wait for long. */
    private static final Duration LONGEST_WAIT_FOR_A_LOCK = Duration.ofSeconds(10);

    private final Table table;
    private final List<Migration> migrations;
    private volatile boolean ready;

    Schema(Table table) {
        this(table, Migration.ALL);
    }

    Schema(Table table, List<Migration> migrations) {
        this.table = table;
        this.migrations = migrations;
    }

    /** Creates or migrates the tables if needed. Checks only once, until {@link #forget} is called. */
    void ensure(Connection connection, Deadline deadline) throws SQLException, IOException {
        if (ready) {
            return;
        }
        Found found = inspect(connection);
        if (!isComplete(found)) {
            Transaction.run(connection, deadline.atMost(LONGEST_WAIT_FOR_A_LOCK), () -> migrate(connection));
        }
        requireToFit(connection);
        ready = true;
    }

    /** Does the same in the transaction of the caller, who rolls it back. Therefore the next call checks again. */
    void tryOut(Connection connection) throws SQLException, IOException {
        if (!isComplete(inspect(connection))) {
            migrate(connection);
        }
        requireToFit(connection);
    }

    /**
     * Returns whether there is a table of backups to read. Creates nothing: an instance that only looks leaves the database as it
     * is.
     *
     * @throws IOException if it has other columns, or may exist where this role cannot see it
     */
    boolean isPresent(Connection connection) throws SQLException, IOException {
        if (ready) {
            return true;
        }
        Found found = inspect(connection);
        boolean isOlder = found.number() > 0 && !isComplete(found);
        if (found.rows() && !isOlder) {
            TableColumns.of(connection, table.rows()).requireToFit(table.display(), Column.OF_ROWS);
        }
        if (isComplete(found)) {
            requireToFit(connection);
            ready = true;
        }
        return found.rows();
    }

    private void requireToFit(Connection connection) throws SQLException, IOException {
        TableColumns.of(connection, table.rows()).requireToFit(table.display(), Column.OF_ROWS);
        TableColumns.of(connection, table.parts()).requireToFit(table.display() + Table.PARTS, Column.OF_PARTS);
    }

    /** Makes the next call check again: the tables may have been dropped. */
    void forget() {
        ready = false;
    }

    private boolean isComplete(Found found) {
        return found.rows()
                && found.parts()
                && found.number() >= migrations.get(migrations.size() - 1).number();
    }

    /** Runs missing migrations. Returns whether the last one has run. */
    private boolean migrate(Connection connection) throws SQLException, IOException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtext(?))")) {
            lock.setString(1, "graceful-backup schema " + table.rows());
            lock.execute();
        }
        // Another instance may have run them while this one waited for the lock. A failure must not undo the time-outs.
        Savepoint before = connection.setSavepoint();
        Found found = inspect(connection);
        if (isComplete(found)) {
            return true;
        }
        if (found.rows() && found.number() == 0) {
            // Not created by this sink: nothing is changed in it or created beside it unless its columns fit.
            TableColumns.of(connection, table.rows()).requireToFit(table.display(), Column.OF_ROWS);
        }
        try (Statement statement = connection.createStatement()) {
            for (String sql : Migration.after(found.number(), migrations, table)) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            if (!SqlState.MISSING_PRIVILEGE.is(e)) {
                throw e;
            }
            connection.rollback(before);
            if (!found.rows() || !found.parts()) {
                throw notAllowed(connection.getMetaData().getUserName(), e);
            }
            // Both tables were created by another role. The check of the columns decides whether they fit.
        }
        return isComplete(inspect(connection));
    }

    private IOException notAllowed(String user, SQLException cause) {
        return new PermanentFailureException(
                "table " + table.display() + " does not exist, and role " + user
                        + " may not create it (PostgreSQL 15 and later "
                        + "deny that in schema public). Either let the owner of the schema GRANT CREATE ON SCHEMA … TO "
                        + user
                        + ", or let the owner create " + table.rows() + " and " + table.parts()
                        + " with the statements in the documentation of backup-postgres and GRANT SELECT, INSERT, DELETE on both",
                cause);
    }

    /** Looks for the tables. Throws if the server accepts no backups, or if their absence proves nothing. */
    private Found inspect(Connection connection) throws SQLException, IOException {
        // The FROM locks a system catalogue, which shows the server process the tables that others have just created.
        try (PreparedStatement query =
                connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL, to_regclass(?) IS NOT NULL,"
                        + " obj_description(to_regclass(?), 'pg_class'), pg_is_in_recovery()"
                        + " FROM (SELECT FROM pg_class LIMIT 1) AS fresh")) {
            query.setString(1, table.rows());
            query.setString(2, table.parts());
            query.setString(3, table.parts());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (row.getBoolean(4)) {
                    throw new PermanentFailureException(
                            "this PostgreSQL server is a read-only standby, which accepts no backups and may lag behind; "
                                    + "set DATABASE_URL to the primary, or to all hosts with target_session_attrs=read-write");
                }
                Found found = new Found(row.getBoolean(1), row.getBoolean(2), number(row.getString(3)));
                if (!found.rows()) {
                    SearchPath.requireAbsent(connection, table);
                }
                return found;
            }
        }
    }

    private static int number(@Nullable String comment) {
        String digits = comment != null && comment.startsWith(COMMENT) ? comment.substring(COMMENT.length()) : "";
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
    }

    /**
     * The tables as they are found.
     *
     * @param rows whether the table of backups exists
     * @param parts whether the table of parts exists
     * @param number the number of the last migration that has run, or 0
     */
    private record Found(boolean rows, boolean parts, int number) {}
}
