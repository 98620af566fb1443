package io.gracefulbackup.it;

import io.gracefulbackup.testkit.ForkedJvm;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real PostgreSQL server for the tests of one class, empty before each of them. For a static field. */
final class Database implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    /** Not asked for by the server; must never show. */
    static final String PASSWORD = "canary-database-Db66";

    @SuppressWarnings("NullAway.Init") // Set before the first test.
    private EmbeddedPostgres server;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        server = EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        empty();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        server.close();
    }

    /** Drops all that hosts have made. */
    void empty() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE");
            statement.execute("CREATE SCHEMA public");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many backups it holds. */
    int backups() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM blockchain_backups")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives a host this database. */
    ForkedJvm.Builder with(ForkedJvm.Builder host) {
        return host.environment(
                "DATABASE_URL", "postgresql://postgres:" + PASSWORD + "@localhost:" + server.getPort() + "/postgres");
    }
}
