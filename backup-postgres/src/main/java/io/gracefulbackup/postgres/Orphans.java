package io.gracefulbackup.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Parts that no row refers to. They remain if the process ends between upload and publication, or if another call stores the same
 * backup first. A lock keeps collection and publication apart; without it parts could be removed while a row that refers to them
 * is published.
 */
final class Orphans {
    /** How long their collection may delay the end of a backup. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Table table;
    private final String application;

    Orphans(Table table, String application) {
        this.table = table;
        this.application = application;
    }

    /** Prevents collection until the end of the transaction. */
    void holdOff(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock_shared(hashtext(?))")) {
            lock.setString(1, lockName());
            lock.execute();
        }
    }

    /**
     * Removes orphans of this application that are older than an hour, unless a backup is being published.
     *
     * @return the number of parts removed
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
