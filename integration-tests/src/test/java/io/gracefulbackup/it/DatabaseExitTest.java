package io.gracefulbackup.it;

import static io.gracefulbackup.it.Forks.GONE;
import static io.gracefulbackup.it.Forks.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** An exit that saves to a file and to a real PostgreSQL. */
@Isolated
final class DatabaseExitTest {
    private static final int BYTES = 45_000;

    private static EmbeddedPostgres server;

    @RegisterExtension
    final Forks forks = new Forks();

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void emptyDatabase() throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE");
            statement.execute("CREATE SCHEMA public");
        }
    }

    private ForkedJvm.Builder host(String... options) {
        return forks.describe(CounterHost.class, options)
                .environment("DATABASE_URL", "postgresql://postgres@localhost:" + server.getPort() + "/postgres");
    }

    @Test
    void theDatabaseAloneBringsTheStateBack() throws IOException {
        ForkedJvm first = forks.start(host("writes=3"));
        first.awaitLine("✓ PostgreSQL database detected", START);
        first.awaitLine("READY count=3", START);
        first.signal("TERM");
        assertThat(first.awaitExit(GONE)).isEqualTo(143);
        assertThat(first.output()).contains("✅ Database backup completed: Auto-backup - ", "✅ File backup saved");
        Files.delete(forks.file());

        ForkedJvm second = forks.start(host("writes=0"));
        assertThat(NextStart.of(second)).isEqualTo(new NextStart(3, "RESTORED", 1));
        second.kill();
    }

    @Test
    @Tag("slow")
    void endsWithin400MillisecondsOfTheSignal() {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ForkedJvm jvm = forks.start(host("bytes=" + BYTES, "end=settle"));
            jvm.awaitLine("SETTLED", START);
            long start = System.nanoTime();
            jvm.signal("TERM");
            assertThat(jvm.awaitExit(GONE)).isEqualTo(143);
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            assertThat(jvm.output()).contains("✅ Database backup completed", "✅ File backup saved");
        }
        List<Long> sorted = millis.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        System.out.println("SIGTERM to the end, 45 KB, file and PostgreSQL, ms: median " + median + " of " + sorted);
        assertThat(median).isLessThanOrEqualTo(400);
    }
}
