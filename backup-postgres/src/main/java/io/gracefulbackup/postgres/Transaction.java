package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** One transaction, with limits of its own: behind PgBouncer nothing that a session was told outlives a transaction. */
final class Transaction {
    private Transaction() {}

    /**
     * Runs and commits. After an exception the connection is in an unknown state and must be given up, which rolls back.
     *
     * @param <T> the result
     */
    static <T> T run(Connection connection, Deadline deadline, Work<T> work) throws SQLException, IOException {
        connection.setAutoCommit(false);
        limit(connection, deadline);
        T result = work.run();
        connection.commit();
        connection.setAutoCommit(true);
        return result;
    }

    /** {@code SET LOCAL}: without it, a role's own limit could cut a long upload, and a lost client would hold its locks. */
    private static void limit(Connection connection, Deadline deadline) throws SQLException {
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
     * What happens inside.
     *
     * @param <T> the result
     */
    interface Work<T> {
        T run() throws SQLException, IOException;
    }
}
