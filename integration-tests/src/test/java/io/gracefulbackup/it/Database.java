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
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A database of a real PostgreSQL server for the tests of a class, empty before each of them. Classes share one server; a class
 * that stops the server has one of its own. For a static field.
 */
final class Database implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    /** Not required by the server. Must never appear in an output. */
    static final String PASSWORD = "canary-database-Db66";

    private static final Duration SERVER_LIMIT = Duration.ofSeconds(40);

    private final boolean ownsServer;

    @SuppressWarnings("NullAway.Init") // Set before the first test.
    private EmbeddedPostgres server;

    @SuppressWarnings("NullAway.Init") // Set before the first test.
    private PostgresProcesses processes;

    private String name = "postgres";

    private Database(boolean ownsServer) {
        this.ownsServer = ownsServer;
    }

    /** A database on the server that the classes share. */
    static Database onSharedServer() {
        return new Database(false);
    }

    /** A database on a server that the tests of this class may stop. */
    static Database onOwnServer() {
        return new Database(true);
    }

    /** Closed by JUnit after the last class. */
    private record SharedServer(EmbeddedPostgres postgres) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            postgres.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (ownsServer) {
            server = startServer();
        } else {
            server = context.getRoot()
                    .getStore(Namespace.create(Database.class))
                    .computeIfAbsent(SharedServer.class, key -> new SharedServer(startServer()), SharedServer.class)
                    .postgres();
            name = context.getRequiredTestClass().getSimpleName().toLowerCase(Locale.ROOT);
            execute(server.getPostgresDatabase(), "CREATE DATABASE " + name);
        }
        processes = new PostgresProcesses(Path.of(text("SHOW data_directory")));
    }

    private static EmbeddedPostgres startServer() {
        try {
            return EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
        } catch (IOException e) {
            throw new IllegalStateException("The PostgreSQL server does not start", e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (ownsServer) {
            server.close();
        } else {
            execute(server.getPostgresDatabase(), "DROP DATABASE " + name + " WITH (FORCE)");
        }
    }

    private DataSource database() {
        return server.getDatabase("postgres", name);
    }

    /** Drops everything that hosts have created. */
    void clear() {
        execute(database(), "DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    }

    private static void execute(DataSource database, String... commands) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The number of backups that it holds. */
    int backups() {
        return (int) number("SELECT count(*) FROM blockchain_backups");
    }

    /** The single number that a query returns; 0 for null. */
    long number(String query) {
        String value = text(query);
        return value == null ? 0 : Long.parseLong(value);
    }

    private @Nullable String text(String query) {
        try (Connection connection = database().getConnection();
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

    /** Starts the server again if a test has failed after {@link #stop}. */
    void ensureRunning() throws IOException {
        if (!Files.exists(processes.pidFile())) {
            restart();
        }
    }

    /** Executes commands as the owner of the database. */
    void execute(String... commands) {
        execute(database(), commands);
    }

    /** Creates a role that has to give this password. */
    void createRoleWithPassword(String role, String password) throws IOException {
        Path rules = processes.data().resolve("pg_hba.conf");
        String before = Files.readString(rules);
        String rule = "host all " + role + " all scram-sha-256\n";
        if (!before.contains(rule)) {
            Files.writeString(rules, rule + before);
        }
        execute(
                "DROP ROLE IF EXISTS " + role,
                "CREATE ROLE " + role + " LOGIN PASSWORD '" + password + "'",
                "SELECT pg_reload_conf()");
    }

    /** Starts the server again as a standby that has no primary: it can be read and never be written. */
    void becomeStandby() throws IOException {
        stop();
        Files.createFile(standbySignal());
        restart();
    }

    /** Starts the server again as a primary after {@link #becomeStandby}. */
    void becomePrimary() throws IOException {
        stop();
        Files.delete(standbySignal());
        restart();
    }

    private Path standbySignal() {
        return processes.data().resolve("standby.signal");
    }

    /** The URL of a database on this server for a role. */
    String url(String role, String password, String database) {
        return "postgresql://" + role + ":" + password + "@localhost:" + port() + "/" + database;
    }

    /** Stops all processes of the server with SIGSTOP. */
    void suspendServer() {
        processes.signalAll("STOP");
    }

    /** Lets the server run again after {@link #suspendServer}. */
    void resumeServer() {
        processes.signalAll("CONT");
    }

    /** Shuts the server down cleanly while clients use it. The data remain. */
    void stop() {
        processes.signalPostmaster("INT");
        Polling.until(() -> !Files.exists(processes.pidFile()), SERVER_LIMIT, () -> "the end of the server");
    }

    /** Starts the server again after {@link #stop}, with the same data, on the same port. */
    void restart() throws IOException {
        boolean root = "root".equals(System.getProperty("user.name"));
        String command = (root ? "exec unshare -U " : "exec ")
                + Files.readString(processes.data().resolve("postmaster.opts")).strip();
        new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Polling.until(
                () -> {
                    try (Connection connection = database().getConnection()) {
                        return connection.isValid(5);
                    } catch (SQLException e) {
                        return false; // not started yet
                    }
                },
                SERVER_LIMIT,
                () -> "the server");
    }

    /** Gives a host this database. */
    ForkedJvm.Builder configure(ForkedJvm.Builder host) {
        return configure(host, port());
    }

    /** Gives a host this database through a proxy that listens on another port. */
    ForkedJvm.Builder configure(ForkedJvm.Builder host, int port) {
        return host.environment("DATABASE_URL", url(port));
    }

    /** The settings of an application with this database. */
    Map<String, String> settings() {
        return Map.of("DATABASE_URL", url(port()));
    }

    private String url(int port) {
        return "postgresql://postgres:" + PASSWORD + "@localhost:" + port + "/" + name;
    }
}
