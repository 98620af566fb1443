package io.gracefulbackup.it;

import io.gracefulbackup.testkit.ForkedJvm;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real PostgreSQL server for the tests of one class, empty before each of them. For a static field. */
final class Database implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    /** Not asked for by the server; must never show. */
    static final String PASSWORD = "canary-database-Db66";

    private static final Duration SERVER_LIMIT = Duration.ofSeconds(40);

    private Path data = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before the first test.
    private EmbeddedPostgres server;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        server = EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        server.close();
    }

    /** Drops all that hosts have made. */
    void clear() {
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
        return Integer.parseInt(text("SELECT count(*) FROM blockchain_backups"));
    }

    /** The one value that a query gives. */
    String text(String query) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    int port() {
        return server.getPort();
    }

    /** Ends the server in the middle of whatever it does for its clients, but cleanly; the data stay. */
    void stop() throws IOException, InterruptedException {
        data = Path.of(text("SHOW data_directory"));
        String postmaster = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
        new ProcessBuilder("kill", "-INT", postmaster.strip())
                .inheritIO()
                .start()
                .waitFor();
        Polling.until(() -> !Files.exists(data.resolve("postmaster.pid")), SERVER_LIMIT, () -> "the end of the server");
    }

    /** Starts it again after {@link #stop}: the same data, the same port. */
    void restart() throws IOException {
        boolean root = "root".equals(System.getProperty("user.name"));
        String command = (root ? "exec unshare -U " : "exec ")
                + Files.readString(data.resolve("postmaster.opts")).strip();
        new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Polling.until(
                () -> {
                    try (Connection connection = server.getPostgresDatabase().getConnection()) {
                        return connection.isValid(5);
                    } catch (SQLException notYet) {
                        return false;
                    }
                },
                SERVER_LIMIT,
                () -> "the server");
    }

    /** Gives a host this database. */
    ForkedJvm.Builder configure(ForkedJvm.Builder host) {
        return configure(host, server.getPort());
    }

    /** The same, through what listens on another port. */
    ForkedJvm.Builder configure(ForkedJvm.Builder host, int port) {
        return host.environment(
                "DATABASE_URL", "postgresql://postgres:" + PASSWORD + "@localhost:" + port + "/postgres");
    }
}
