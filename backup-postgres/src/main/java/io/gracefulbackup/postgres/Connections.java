package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Connections of the sink's own, never from the host's pool, which another hook may be closing. One is kept open between
 * uses. Before it is used again it must answer; if it does not do so at once, a fresh one is opened at the same time, and
 * the first of the two is taken: a half-open connection costs nothing.
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

    /** A connection that answers, in auto-commit mode. */
    ConnectionLoan lend(Deadline deadline) throws SQLException, IOException {
        FirstConnection race = new FirstConnection();
        Connection kept = idle.getAndSet(null);
        if (kept != null) {
            race.enter(refused -> answering(kept));
            race.awaitNews(HEAD_START);
        }
        if (!race.isWon()) {
            race.enter(refused -> connector.connect(deadline, refused));
        }
        return new ConnectionLoan(this, race.winner(deadline), deadline);
    }

    private static Connection answering(Connection kept) throws SQLException {
        if (!kept.isValid(NO_ANSWER_SECONDS)) {
            discard(kept);
            throw new SQLException("the connection kept open no longer answers", "08006");
        }
        return kept;
    }

    /** Takes a connection back. */
    void keep(Connection connection) {
        if (closed || !idle.compareAndSet(null, connection)) {
            discard(connection);
        }
    }

    /** Ends a connection at once, in whatever state it is. */
    static void discard(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // It is given up in any case.
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
