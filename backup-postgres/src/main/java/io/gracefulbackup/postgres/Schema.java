package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees to it that the tables are there in the right shape. Looks before it creates: a role may have no right to create. */
final class Schema {
    /** Precedes the number of the last migration, in the comment of the parts' table. */
    static final String COMMENT = "Graceful Backup, schema ";

    /** Who waits for a table's lock keeps everybody else from it, so not for long. */
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

    /** Creates or completes the tables if need be. Looks only once, unless told to {@linkplain #forget() forget}. */
    void ensure(Connection connection, Deadline deadline) throws SQLException, IOException {
        if (ready) {
            return;
        }
        State state = look(connection);
        if (state.standby()) {
            throw new IOException(
                    "this PostgreSQL server is a read-only standby, which takes no backups and may lag behind; "
                            + "let DATABASE_URL name the primary, or all hosts and target_session_attrs=read-write");
        }
        if (!isComplete(state)) {
            Transaction.run(connection, deadline.atMost(LONGEST_WAIT_FOR_A_LOCK), () -> complete(connection));
        }
        TableColumns.of(connection, table.rows()).requireToFit(table.display(), Column.OF_ROWS);
        TableColumns.of(connection, table.parts()).requireToFit(table.display() + Table.PARTS, Column.OF_PARTS);
        ready = true;
    }

    /** The tables may have gone. */
    void forget() {
        ready = false;
    }

    private boolean isComplete(State state) {
        return state.rows()
                && state.parts()
                && state.number() >= migrations.get(migrations.size() - 1).number();
    }

    /** Whether the last migration has run, now. */
    private boolean complete(Connection connection) throws SQLException, IOException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtext(?))")) {
            lock.setString(1, "graceful-backup schema " + table.rows());
            lock.execute();
        }
        // Another instance may have been at it while this one waited.
        State state = look(connection);
        if (isComplete(state)) {
            return true;
        }
        if (state.rows() && state.number() == 0) {
            // Not made by us: nothing is changed in it, nor created beside it, unless it fits.
            TableColumns.of(connection, table.rows()).requireToFit(table.display(), Column.OF_ROWS);
        }
        try (Statement statement = connection.createStatement()) {
            for (String sql : Migration.after(state.number(), migrations, table)) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            if (!SqlState.MISSING_PRIVILEGE.is(e)) {
                throw e;
            }
            connection.rollback();
            if (!state.rows() || !state.parts()) {
                throw notAllowed(connection.getMetaData().getUserName(), e);
            }
            // Both are there, made by somebody else: whether they will do, their shape tells.
        }
        return isComplete(look(connection));
    }

    private IOException notAllowed(String user, SQLException cause) {
        return new IOException(
                "table " + table.display() + " does not exist, and role " + user
                        + " may not create it (PostgreSQL 15 and later "
                        + "deny that in schema public). Either let the owner of the schema GRANT CREATE ON SCHEMA … TO "
                        + user
                        + ", or let somebody create " + table.rows() + " and " + table.parts()
                        + " with the statements in the documentation of backup-postgres and GRANT SELECT, INSERT, DELETE on both",
                cause);
    }

    private State look(Connection connection) throws SQLException {
        // The FROM locks a catalogue, which makes the server process take in what others did since the transaction
        // began;
        // else it would go on believing that the tables are missing.
        try (PreparedStatement query =
                connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL, to_regclass(?) IS NOT NULL,"
                        + " obj_description(to_regclass(?), 'pg_class'), pg_is_in_recovery()"
                        + " FROM (SELECT FROM pg_class LIMIT 1) AS fresh")) {
            query.setString(1, table.rows());
            query.setString(2, table.parts());
            query.setString(3, table.parts());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new State(row.getBoolean(1), row.getBoolean(2), number(row.getString(3)), row.getBoolean(4));
            }
        }
    }

    private static int number(@Nullable String comment) {
        String digits = comment != null && comment.startsWith(COMMENT) ? comment.substring(COMMENT.length()) : "";
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
    }

    /**
     * What is there.
     *
     * @param rows the table of backups
     * @param parts the table of parts
     * @param number the last migration that ran
     * @param standby the server takes no writes
     */
    private record State(boolean rows, boolean parts, int number, boolean standby) {}
}
