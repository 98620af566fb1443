package io.gracefulbackup.it;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.testkit.fakes.FakePin;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.FakeRender;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL server and three earlier backups, with the counts 1, 2 and 3, which cells of the matrix use one after the other.
 * Each cell gets a copy of the backups in a file, a database and a Pinata of its own.
 */
final class MatrixFixture implements AutoCloseable {
    /** How many backups a file, a database and Pinata keep, including those of the cell. */
    static final Map<String, Integer> KEEP_LAST = Map.of("file", 1, "postgres", 3, "ipfs", Integer.MAX_VALUE);

    private static final int EARLIER = 3;
    private static final String TEMPLATE = "earlier";

    private final Path data;
    private final Path files;
    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();
    private final Map<BackupId, Long> earlierCounts = new LinkedHashMap<>();
    private final Map<FakePin, byte[]> pins = new LinkedHashMap<>();
    private final Map<String, String> variables;
    private final Map<String, Long> restoredCounts = new HashMap<>();

    MatrixFixture() throws IOException {
        data = Files.createTempDirectory("matrix-server");
        files = Files.createTempDirectory("matrix-earlier");
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("data"))
                .setRegisterShutdownHook(false)
                .start();
        execute("CREATE DATABASE " + TEMPLATE);
        try (FakePinata pinata = FakePinata.start();
                FakeRender render = FakeRender.start()) {
            makeEarlierBackups(CellEnvironment.settings(files, url(TEMPLATE, server.getPort()), pinata, render));
            for (FakePin pin : pinata.pins()) {
                try (InputStream content = pinata.content(pin.cid())) {
                    pins.put(pin, content.readAllBytes());
                }
            }
            variables = render.variables();
        }
    }

    private void makeEarlierBackups(Map<String, String> settings) {
        InProcessStart.of(settings, (counter, application) -> {
            for (int i = 1; i <= EARLIER; i++) {
                application.write(counter::increment);
                BackupReport report = application.backupNow("earlier " + i);
                if (report.sinks().size() < EARLIER || !report.isComplete()) {
                    throw new IllegalStateException(report.toString());
                }
                earlierCounts.put(report.id().orElseThrow(), counter.count());
            }
        });
    }

    /** The earlier backups, and the count of each. */
    Map<BackupId, Long> earlierCounts() {
        return earlierCounts;
    }

    /** The restored counts of sealed bytes, by their digest, so that no bytes are restored twice. */
    Map<String, Long> restoredCounts() {
        return restoredCounts;
    }

    int port() {
        return server.getPort();
    }

    /** Creates a database with the earlier backups and returns its name. */
    String createDatabase() {
        String name = "cell_" + databases.incrementAndGet();
        execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
        return name;
    }

    /** Ends all connections to a database and drops it. */
    void dropDatabase(String database) {
        execute("DROP DATABASE " + database + " WITH (FORCE)");
    }

    /** The {@code DATABASE_URL} of a database at a port. */
    static String url(String database, int port) {
        return "postgresql://postgres@localhost:" + port + "/" + database;
    }

    /** Copies the earlier backups to a Pinata, a Render and a directory. */
    void copyEarlierBackupsTo(FakePinata pinata, FakeRender render, Path directory) throws IOException {
        for (Map.Entry<FakePin, byte[]> earlier : pins.entrySet()) {
            FakePin pin = earlier.getKey();
            pinata.pin(pin.api(), pin.name(), pin.keyValues(), new ByteArrayInputStream(earlier.getValue()));
        }
        variables.forEach(render::variable);
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : all.toList()) {
                Path copy = directory.resolve(files.relativize(file).toString());
                if (!Files.exists(copy)) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** Sends a signal to every process of the server. */
    void signalServer(String name) {
        new PostgresProcesses(data.resolve("data")).signalAll(name);
    }

    private void execute(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        ForkedHosts.deleteAll(data);
        ForkedHosts.deleteAll(files);
    }
}
