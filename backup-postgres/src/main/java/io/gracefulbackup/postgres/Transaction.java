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
        connection.setAutoCommit(false);
        setTimeouts(connection, deadline);
        T result = statements.run();
        connection.commit();
        connection.setAutoCommit(true);
        return result;
    }

    /** Runs statements in a transaction, and rolls it back. After an exception the same is true as for {@link #run}. */
    static void tryOut(Connection connection, Deadline deadline, Statements<?> statements)
            throws SQLException, IOException {
        connection.setAutoCommit(false);
        setTimeouts(connection, deadline);
        statements.run();
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /**
     * Sets time-outs for this transaction. Without them, a time-out of the role could end a long upload, and a client that is gone
     * would keep its locks.
     */
    private static void setTimeouts(Connection connection, Deadline deadline) throws SQLException {
        String left = Math.max(1, deadline.remaining().toMillis()) + "ms";
        try (PreparedStatement set = connection.prepareStatement("SELECT set_config('statement_timeout', ?, true),"
                + " set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true),"
                + " set_config('synchronous_commit', 'on', true)")) {
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
