package io.gracefulbackup.postgres;

import io.gracefulbackup.testkit.internal.Poll;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.Driver;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real server, from embedded binaries or from the container image that the system property {@code postgres.image} names.
 * Tests that need the server's processes are skipped with an image.
 */
final class PostgresServer implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static PostgresServer shared;

    private final Path data;
    private final Map<String, String> config;
    private final PostgreSQLContainer container;
    private final EmbeddedPostgres embedded;
    private final int port;

    private PostgresServer(Path data, Map<String, String> config) {
        this.data = data;
        this.config = config;
        container = null;
        embedded = launch();
        port = embedded.getPort();
    }

    private PostgresServer(String image) {
        data = null;
        embedded = null;
        config = Map.of();
        container =
                new PostgreSQLContainer(image).withUsername("postgres").withEnv("POSTGRES_HOST_AUTH_METHOD", "trust");
        container.start();
        port = container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
    }

    /** The server of all tests that neither stop nor reconfigure it. */
    static synchronized PostgresServer shared() {
        if (shared == null) {
            shared = start(Map.of("listen_addresses", "'localhost,::1'"));
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    /** A server for one test. */
    static PostgresServer start(Map<String, String> config) {
        String image = System.getProperty("postgres.image", "");
        if (!image.isEmpty()) {
            return inContainer(image);
        }
        try {
            return new PostgresServer(Files.createTempDirectory("postgres-test"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PostgresServer inContainer(String image) {
        Assumptions.assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(), "skipped: no Docker engine for Testcontainers");
        return new PostgresServer(image);
    }

    private EmbeddedPostgres launch() {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(60));
            config.forEach(builder::setServerConfig);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    Path data() {
        needsProcesses();
        return data;
    }

    /** Empties the database that tests share one after the other; returns its {@code DATABASE_URL}. Faster than a new one. */
    String emptyDatabase() {
        execute(
                url("postgres"),
                "DROP SCHEMA public CASCADE",
                "CREATE SCHEMA public",
                "GRANT USAGE ON SCHEMA public TO public");
        return url("postgres");
    }

    /** Creates the tables that the first backup would create. */
    static void createTables(String url) {
        execute(
                url,
                Migration.after(0, Migration.ALL, Table.named("blockchain_backups"))
                        .toArray(String[]::new));
    }

    /** Creates a database for a test that changes more than tables; returns its {@code DATABASE_URL}. */
    String newDatabase() {
        String name = "test_" + DATABASES.incrementAndGet();
        execute(url("postgres"), "CREATE DATABASE " + name);
        return url(name);
    }

    String url(String database) {
        return url("postgres", database);
    }

    String url(String userInfo, String database) {
        String host = container == null ? "localhost" : container.getHost();
        return "postgresql://" + userInfo + "@" + host + ":" + port + "/" + database;
    }

    /** A connection that is independent of the sink's. */
    static Connection connect(String url) throws SQLException {
        DatabaseUrl parsed = DatabaseUrl.parse(url, line -> {});
        Connection connection =
                new Driver().connect(parsed.driverUrl(), parsed.toConnectWithin(Duration.ofSeconds(30)));
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
    }

    static void execute(String url, String... statements) {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each row as its columns, by name. */
    static List<Map<String, Object>> query(String url, String sql) {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<Map<String, Object>> rows = new ArrayList<>();
            while (row.next()) {
                Map<String, Object> values = new LinkedHashMap<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    values.put(row.getMetaData().getColumnLabel(i), row.getObject(i));
                }
                rows.add(values);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static Object value(String url, String sql) {
        return query(url, sql).get(0).values().iterator().next();
    }

    /** The server's processes, the parent of all first. */
    List<ProcessHandle> processes() {
        needsProcesses();
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
            return Stream.concat(Stream.of(postmaster), postmaster.descendants())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void signal(String signal) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes().forEach(process -> command.add(String.valueOf(process.pid())));
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGKILL to all processes. */
    void kill() {
        List<ProcessHandle> all = processes();
        signal("KILL");
        all.forEach(process -> process.onExit().join());
    }

    /** Starts the server again after it has ended, with the same data, port and options. */
    void restart() {
        try {
            boolean root = "root".equals(System.getProperty("user.name"));
            String command = (root ? "exec unshare -U " : "exec ")
                    + Files.readString(data.resolve("postmaster.opts")).strip();
            new ProcessBuilder("sh", "-c", command)
                    .redirectErrorStream(true)
                    .redirectOutput(data.resolve("restarted.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Poll.until(this::isReady, PATIENCE, () -> "the server is ready again");
    }

    private boolean isReady() {
        try (Connection connection = connect(url("postgres"))) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Starts the server again as a standby without a primary: in permanent recovery, readable. */
    void becomeStandby() {
        try {
            // A clean stop, or the standby would not reach a consistent state.
            new ProcessBuilder("kill", "-INT", String.valueOf(processes().get(0).pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            Poll.until(() -> !Files.exists(data.resolve("postmaster.pid")), PATIENCE, () -> "the server has stopped");
            Files.createFile(data.resolve("standby.signal"));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        restart();
    }

    private void needsProcesses() {
        Assumptions.assumeTrue(container == null, "skipped: needs the processes of an embedded server");
    }

    @Override
    public void close() {
        if (container != null) {
            container.stop();
            return;
        }
        try {
            if (Files.exists(data.resolve("postmaster.pid"))) {
                // A test may have failed while it had stopped them.
                signal("CONT");
            }
            embedded.close();
            deleteRecursively(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteRecursively(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
