package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection on loan, until a deadline: then it is aborted, which frees whoever hangs in it. */
final class ConnectionLoan implements AutoCloseable {
    private final Connections home;
    private final Connection connection;
    private final Deadline deadline;
    private final Deadline.Registration alarm;
    private final AtomicBoolean closed = new AtomicBoolean();
    private boolean sound;

    ConnectionLoan(Connections home, Connection connection, Deadline deadline) {
        this.home = home;
        this.connection = connection;
        this.deadline = deadline;
        this.alarm = deadline.onExpiry(() -> Connections.discard(connection));
    }

    Connection connection() {
        return connection;
    }

    Deadline deadline() {
        return deadline;
    }

    /** The last exchange ended well, so the connection can be used again. */
    void sound() {
        sound = true;
    }

    /** Gives the connection back, or gives it up: the server rolls back what was open. A second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        alarm.close();
        if (sound && !deadline.isExpired()) {
            home.keep(connection);
        } else {
            Connections.discard(connection);
        }
    }
}
