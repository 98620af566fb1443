package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.postgresql.Driver;

/** Opens connections. Blocks, and cannot be aborted. */
final class Connector {
    /** A deploy makes connections scarce for a moment, a restart takes the server away: neither is a reason to give up. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final DatabaseUrl url;

    Connector(DatabaseUrl url) {
        this.url = url;
    }

    /**
     * Connects, if need be after some patience.
     *
     * @param refused is told why it did not work yet
     */
    Connection connect(Deadline deadline, Consumer<SQLException> refused) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                return connectOnce(deadline);
            } catch (SQLException e) {
                boolean passing = SqlState.TOO_MANY_CLIENTS.is(e) || SqlState.STARTING_UP.is(e);
                if (!passing
                        || System.nanoTime() - start > PATIENCE.toNanos()
                        || deadline.remaining().compareTo(PAUSE) <= 0) {
                    throw e;
                }
                refused.accept(e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private Connection connectOnce(Deadline deadline) throws SQLException {
        // Not through DriverManager, which sees only what the caller's class loader sees.
        Connection connection = new Driver().connect(url.driverUrl(), url.toConnectWithin(deadline.remaining()));
        if (connection == null) {
            throw new SQLException("the driver does not take its own URL", "08001");
        }
        // From here on the deadline aborts; a verification on the server may rightly be silent for long.
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
    }
}
