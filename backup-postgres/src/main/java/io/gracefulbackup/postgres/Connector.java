package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.postgresql.Driver;

/** Opens connections. Its calls block and cannot be aborted. */
final class Connector {
    /** A deploy may exhaust the connections for a while, and a server may be restarting: both are worth waiting for. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final DatabaseUrl url;

    Connector(DatabaseUrl url) {
        this.url = url;
    }

    /**
     * Opens a connection. Tries again for a while if the server has no free connection or is starting up.
     *
     * @param failed receives the reasons of failed attempts that are repeated
     */
    Connection connect(Deadline deadline, Consumer<SQLException> failed) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                return connectOnce(deadline);
            } catch (SQLException e) {
                boolean isTemporary = SqlState.TOO_MANY_CLIENTS.is(e) || SqlState.STARTING_UP.is(e);
                if (!isTemporary
                        || System.nanoTime() - start > PATIENCE.toNanos()
                        || deadline.remaining().compareTo(PAUSE) <= 0) {
                    throw e;
                }
                failed.accept(e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private Connection connectOnce(Deadline deadline) throws SQLException {
        // DriverManager sees only the drivers that the caller's class loader sees.
        Connection connection = new Driver().connect(url.driverUrl(), url.toConnectWithin(deadline.remaining()));
        if (connection == null) {
            throw new SQLException("the driver does not take its own URL", "08001");
        }
<<<<<<< HEAD
        // From here on the deadline aborts the connection. A digest computed by the server may take long without any
        // traffic.
=======
        // From here on the deadline aborts. The server may compute a digest for long without any traffic.
>>>>>>> refs/heads/protocol
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
    }
}
