package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The sink's own connections. The host's pool is not used, because another shutdown hook may be closing it. One connection is
 * kept open between uses, and must answer before it is used again. If it does not answer at once, a new connection is opened at
 * the same time, and the first of the two that is ready is used, so that a half-open connection costs no time.
 */
final class Connections implements AutoCloseable {
    private static final Duration HEAD_START = Duration.ofMillis(50);
    private static final int NO_ANSWER_SECONDS = 10;

    private final Connector connector;
    private final AtomicReference<@Nullable Connection> idle = new AtomicReference<>();
    private volatile boolean closed;

    Connections(Connector connector) {
        this.connector = connector;
    }

    /** Returns a connection that answers, in auto-commit mode. */
    ConnectionLoan lend(Deadline deadline) throws SQLException, IOException {
        FirstConnection first = new FirstConnection();
        Connection kept = idle.getAndSet(null);
        if (kept != null) {
            first.start(failed -> checked(kept));
            first.awaitAttempt(HEAD_START);
        }
        if (!first.isDone()) {
            first.start(failed -> connector.connect(deadline, failed));
        }
        return new ConnectionLoan(this, first.await(deadline), deadline);
    }

    private static Connection checked(Connection kept) throws SQLException {
        if (!kept.isValid(NO_ANSWER_SECONDS)) {
            discard(kept);
            throw new SQLException("the connection kept open no longer answers", "08006");
        }
        return kept;
    }

    /** Takes a connection back, to be used again. */
    void keep(Connection connection) {
        if (closed || !idle.compareAndSet(null, connection)) {
            discard(connection);
        }
    }

    /** Closes a connection at once, whatever state it is in. */
    static void discard(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // The connection is not used any more in any case.
        }
    }

    @Override
    public void close() {
        closed = true;
        Connection kept = idle.getAndSet(null);
        if (kept != null) {
            discard(kept);
        }
    }
}
