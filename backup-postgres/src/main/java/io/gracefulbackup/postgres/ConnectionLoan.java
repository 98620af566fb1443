package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection on loan. It is aborted at the deadline, which ends any call that blocks on it. */
final class ConnectionLoan implements AutoCloseable {
    private final Connections lender;
    private final Connection connection;
    private final Deadline deadline;
    private final Deadline.Registration abort;
    private final AtomicBoolean closed = new AtomicBoolean();
    private boolean isReusable;

    ConnectionLoan(Connections lender, Connection connection, Deadline deadline) {
        this.lender = lender;
        this.connection = connection;
        this.deadline = deadline;
        this.abort = deadline.onExpiry(() -> Connections.discard(connection));
    }

    Connection connection() {
        return connection;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Marks the connection as fit for further use: its last exchange has ended without an error. */
    void markReusable() {
        isReusable = true;
    }

    /** Returns the connection if it is reusable, else closes it, so that the server rolls back an open transaction. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        abort.close();
        if (isReusable && !deadline.isExpired()) {
            lender.keep(connection);
        } else {
            Connections.discard(connection);
        }
    }
}
