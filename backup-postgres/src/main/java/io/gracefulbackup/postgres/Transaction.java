package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A transaction with time-outs of its own. Behind PgBouncer, settings of a session do not last longer than a transaction. */
final class Transaction {
    private Transaction() {}

    /**
     * Runs statements in a transaction, and commits it. After an exception the state of the connection is unknown; the caller must
     * close the connection, which rolls the transaction back.
     *
     * @param <T> the type of the result
     */
    static <T> T run(Connection connection, Deadline deadline, Statements<T> statements)
            throws SQLException, IOException {
        begin(connection, deadline);
        T result = statements.run();
        commit(connection);
        return result;
    }

    /** Begins a transaction that {@link #commit} ends. */
    static void begin(Connection connection, Deadline deadline) throws SQLException {
        connection.setAutoCommit(false);
        setUp(connection, deadline);
    }

    static void commit(Connection connection) throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Runs statements in a transaction, and rolls it back. After an exception the same is true as for {@link #run}. */
    static void tryOut(Connection connection, Deadline deadline, Statements<?> statements)
            throws SQLException, IOException {
        begin(connection, deadline);
        statements.run();
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /**
     * Sets the isolation level and time-outs for this transaction, whatever the defaults of the role are: a stricter level would
     * make a step fail that waited for another instance, a time-out could end a long upload, and a client that is gone would keep
     * its locks. Row-level security that hides a row becomes an error, because a hidden backup looks like none.
     */
    private static void setUp(Connection connection, Deadline deadline) throws SQLException {
        String left = Math.max(1, deadline.remaining().toMillis()) + "ms";
        try (PreparedStatement set = connection.prepareStatement(
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT set_config('statement_timeout', ?, true),"
                        + " set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true),"
                        + " set_config('synchronous_commit', 'on', true), set_config('row_security', 'off', true)")) {
            set.setString(1, left);
            set.setString(2, left);
            set.setString(3, left);
            set.execute();
        }
    }

    /**
     * The statements of a transaction.
     *
     * @param <T> the type of the result
     */
    interface Statements<T> {
        T run() throws SQLException, IOException;
    }
}
