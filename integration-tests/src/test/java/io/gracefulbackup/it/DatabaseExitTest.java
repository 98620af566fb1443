package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** An exit that saves to a file and to a real PostgreSQL. */
@Isolated
final class DatabaseExitTest {
    private static final int BYTES = 45_000;

    /** Takes long enough that the server can be stopped in the middle. */
    private static final int MANY_BYTES = 100_000_000;

    @TempDir
    private static Path data;

    private static EmbeddedPostgres server;

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setRegisterShutdownHook(false)
                .start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void emptyDatabase() throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE");
            statement.execute("CREATE SCHEMA public");
        }
    }

    private static long number(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Sends a signal to every process of the server. */
    private static void signalServer(String name) throws IOException, InterruptedException {
        long first = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        ProcessHandle postmaster = ProcessHandle.of(first).orElseThrow();
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        Stream.concat(Stream.of(postmaster), postmaster.descendants())
                .forEach(process -> command.add(String.valueOf(process.pid())));
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private ForkedJvm.Builder host(String... options) {
        return hosts.describe(CounterHost.class, options)
                .environment("DATABASE_URL", "postgresql://postgres@localhost:" + server.getPort() + "/postgres");
    }

    @Test
    void theDatabaseAloneBringsTheStateBack() throws IOException {
        ForkedJvm first = save(host("writes=3"), "READY count=3");
        assertThat(first.output()).contains("✓ PostgreSQL database detected", "✅ File backup saved");
        Files.delete(hosts.file());

        ForkedJvm second = hosts.start(host("writes=0"));
        assertThat(NextStart.of(second)).isEqualTo(new NextStart(3, "RESTORED", 1));
        second.kill();
    }

    @Test
    void endsAtTheDeadlineWithTheFileCompleteWhenTheServerStopsInTheMiddle() throws Exception {
        save(host("writes=3"), "READY count=3");
        Duration timeout = ForkedHosts.MEDIUM_TIMEOUT;
        ForkedJvm jvm = hosts.start(
                host("writes=2", "bytes=" + MANY_BYTES).environment("BACKUP_TIMEOUT", timeout.toSeconds() + "s"));
        jvm.awaitLine("READY count=5", START_LIMIT);

        jvm.signal("TERM");
        while (jvm.isAlive() && number("SELECT pg_total_relation_size('blockchain_backups_parts')") < 4 << 20) {
            Thread.onSpinWait();
        }
        signalServer("STOP");
        try {
            assertThat(jvm.awaitExit(ForkedHosts.exitLimit(timeout))).isEqualTo(143);
        } finally {
            signalServer("CONT");
        }

        assertThat(jvm.output()).contains("❌ Database backup", "✅ File backup saved");
        assertThat(number("SELECT max(sequence) FROM blockchain_backups"))
                .as("the newest that is visible in the database is the one before")
                .isEqualTo(1);
        ForkedJvm next = hosts.start(host("writes=0"));
        assertThat(NextStart.of(next)).isEqualTo(new NextStart(5, "RESTORED", 2));
        next.kill();
    }

    @Test
    void keepsTheLastTenOfEachApplication() {
        for (int i = 1; i <= 2; i++) {
            save(host("writes=1").environment("BACKUP_APP", "other").environment("BACKUP_FILE", "off"), "READY");
        }
        ForkedJvm jvm = hosts.start(host("end=backup-loop", "writes=0"));
        for (int i = 0; i < 12; i++) {
            jvm.awaitLine("COMPLETED count=" + i + " ", START_LIMIT);
        }
        jvm.signal("TERM");
        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);

        assertThat(jvm.output()).contains("(kept last 10)");
        assertThat(number("SELECT count(*) FROM blockchain_backups WHERE application = 'blockchain'"))
                .isEqualTo(10);
        assertThat(number("SELECT max(sequence) - min(sequence) FROM blockchain_backups"
                        + " WHERE application = 'blockchain'"))
                .as("those that stayed are the last ones, but for a last but one of the same content")
                .isBetween(9L, 10L);
        assertThat(number("SELECT count(*) FROM blockchain_backups WHERE application = 'other'"))
                .isEqualTo(2);
    }

    private ForkedJvm save(ForkedJvm.Builder host, String ready) {
        ForkedJvm jvm = hosts.start(host);
        jvm.awaitLine(ready, START_LIMIT);
        jvm.signal("TERM");
        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(jvm.output()).contains("✅ Database backup completed: Auto-backup - ");
        return jvm;
    }

    @Test
    @Tag("slow")
    void endsWithin400MillisecondsOfTheSignal() {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ForkedJvm jvm = hosts.start(host("bytes=" + BYTES, "end=settle"));
            jvm.awaitLine("SETTLED", START_LIMIT);
            long start = System.nanoTime();
            jvm.signal("TERM");
            assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            assertThat(jvm.output()).contains("✅ Database backup completed", "✅ File backup saved");
        }
        List<Long> sorted = millis.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        System.out.println("SIGTERM to the end, 45 KB, file and PostgreSQL, ms: median " + median + " of " + sorted);
        assertThat(median).isLessThanOrEqualTo(400);
    }
}
