package io.gracefulbackup.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Parts that no row names: the process died, or another store of the same backup came first, between upload and publication.
 * Collecting them and publishing exclude each other, else parts could go just when a row begins to name them.
 */
final class Orphans {
    /** How long a start may be held up by them. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Table table;
    private final String application;

    Orphans(Table table, String application) {
        this.table = table;
        this.application = application;
    }

    /** Until the end of the transaction nobody collects. */
    void holdOff(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock_shared(hashtext(?))")) {
            lock.setString(1, lockName());
            lock.execute();
        }
    }

    /**
     * Removes those of this application that are older than an hour, unless somebody is publishing.
     *
     * @return how many parts went
     */
    int collect(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_xact_lock(hashtext(?))")) {
            lock.setString(1, lockName());
            try (ResultSet row = lock.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return 0;
                }
            }
        }
        try (PreparedStatement delete =
                connection.prepareStatement(table.in("DELETE FROM {parts} p WHERE p.application = ?"
                        + " AND p.uploaded_at < clock_timestamp() - interval '1 hour'"
                        + " AND NOT EXISTS (SELECT FROM {rows} r WHERE r.upload = p.upload)"))) {
            delete.setString(1, application);
            return delete.executeUpdate();
        }
    }

    private String lockName() {
        return "graceful-backup parts " + table.rows();
    }
}
