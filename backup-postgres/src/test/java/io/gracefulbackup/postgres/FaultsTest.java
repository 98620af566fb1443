package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.internal.Poll;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import io.gracefulbackup.testkit.internal.TcpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults between the sink and a server, on real sockets: no partial backup is left, and older ones stay intact. */
@Timeout(120)
class FaultsTest {
    private static final String APP = "app";
    private static final int MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresServer server = PostgresServer.shared();
    private String url;

    @BeforeEach
    void emptyDatabase() {
        url = server.emptyDatabase();
    }

    private static Deadline within(long millis) {
        return Deadline.after(Duration.ofMillis(millis));
    }

    private static PostgresSink sinkFor(String databaseUrl) {
        return TestSinks.open(APP, databaseUrl);
    }

    private static String through(TcpProxy proxy, String databaseUrl) {
        return databaseUrl.replaceFirst("@[^/]+/", "@localhost:" + proxy.port() + "/");
    }

    private static List<SyntheticBackup> storeTen(PostgresSink sink) throws IOException {
        List<SyntheticBackup> ten = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            ten.add(SyntheticBackup.of(APP, i, 5000));
            sink.store(ten.get(i - 1), within(30_000));
        }
        return ten;
    }

    /** Asserts that all listed backups are intact; returns their sequences. */
    private static List<Long> intact(String databaseUrl) throws IOException {
        List<Long> sequences = new ArrayList<>();
        try (PostgresSink sink = sinkFor(databaseUrl)) {
            for (StoredBackup stored : ((Listing.Listed) sink.list(within(30_000))).backups()) {
                Object sha256 = PostgresServer.value(
                        databaseUrl,
                        "SELECT sha256 FROM blockchain_backups WHERE id = "
                                + stored.location().split("#", 2)[1]);
                try (InputStream in = sink.open(stored, within(30_000))) {
                    assertThat(SyntheticBackup.sha256(in)).isEqualTo(sha256);
                }
                sequences.add(stored.hint().orElseThrow().sequence());
            }
        }
        return sequences;
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).map(i -> last + 1 - i).boxed().toList();
    }

    private static Duration timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void endsAtTheDeadlineWhenTheServerStopsInTheMiddle() throws Exception {
        try (PostgresServer own = PostgresServer.start(Map.of());
                TcpProxy proxy = new TcpProxy(own.port());
                PostgresSink sink = sinkFor(through(proxy, own.url("postgres")))) {
            storeTen(sink);
            proxy.closeAllAfter(Long.MAX_VALUE, Long.MAX_VALUE);
            SyntheticBackup large = SyntheticBackup.of(APP, 11, 300L * MIB);
            Deadline deadline = within(4000);
            CompletableFuture<Throwable> failure =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> sink.store(large, deadline)));
            Poll.until(() -> proxy.bytesToServer() > 3 * MIB, PATIENCE, () -> "3 MiB went to the server");
            own.signal("STOP");
            assertThat(failure.get(8, TimeUnit.SECONDS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the time was up");
            assertThat(deadline.isExpired()).isTrue();

            // The connection is gone too; with a stopped server even connecting must not outlast the deadline.
            Duration took = timed(() -> assertThatThrownBy(() -> sink.list(within(700)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the time was up"));
            assertThat(took).isBetween(Duration.ofMillis(600), Duration.ofMillis(5000));
            own.signal("CONT");
            assertThat(intact(own.url("postgres"))).isEqualTo(oneTo(10));
        }
    }

    @Test
    void losesNothingWhenTheServerIsKilledInTheMiddle() throws Exception {
        try (PostgresServer own = PostgresServer.start(Map.of());
                TcpProxy proxy = new TcpProxy(own.port());
                PostgresSink sink = sinkFor(through(proxy, own.url("postgres")))) {
            storeTen(sink);
            proxy.closeAllAfter(Long.MAX_VALUE, Long.MAX_VALUE);
            SyntheticBackup large = SyntheticBackup.of(APP, 11, 300L * MIB);
            CompletableFuture<Throwable> failure =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> sink.store(large, within(20_000))));
            Poll.until(() -> proxy.bytesToServer() > 3 * MIB, PATIENCE, () -> "3 MiB went to the server");
            own.kill();
            assertThat(failure.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("PostgreSQL at localhost");
            own.restart();
            assertThat(intact(own.url("postgres"))).isEqualTo(oneTo(10));
            sink.store(SyntheticBackup.of(APP, 11, 10), within(30_000));
            assertThat(intact(own.url("postgres"))).isEqualTo(oneTo(11));
        }
    }

    @Test
    void storesDespiteAConnectionThatBreaksAtAnyPoint() throws Exception {
        cutEverywhere(5000, 25);
        cutEverywhere(17L * MIB, 12);
    }

    @Test
    @Tag("slow")
    @Timeout(1800)
    void storesDespiteAConnectionThatBreaksAtManyPoints() throws Exception {
        cutEverywhere(5000, 1500);
        cutEverywhere(17L * MIB, 150);
    }

    /** Breaks the connection once at that many places, in both directions. The second try stores the backup, or finds it stored. */
    private void cutEverywhere(long size, int places) throws Exception {
        String database = server.emptyDatabase();
        try (TcpProxy proxy = new TcpProxy(server.port());
                PostgresSink sink = sinkFor(through(proxy, database))) {
            long sequence = 10;
            storeTen(sink);
            proxy.closeAllAfter(Long.MAX_VALUE, Long.MAX_VALUE);
            sink.store(SyntheticBackup.of(APP, ++sequence, size), within(30_000));
            long up = proxy.bytesToServer();
            long down = proxy.bytesToClient();
            for (int i = 0; i < places; i++) {
                boolean upwards = i % 3 != 0;
                proxy.closeAllAfter(
                        upwards ? 1 + up * i / places : Long.MAX_VALUE,
                        upwards ? Long.MAX_VALUE : 1 + down * i / places);
                sink.store(SyntheticBackup.of(APP, ++sequence, size), within(30_000));
            }
            proxy.closeAllAfter(Long.MAX_VALUE, Long.MAX_VALUE);
            assertThat(proxy.connections()).isGreaterThan(places / 2);
            assertThat(intact(database)).isEqualTo(oneTo(sequence));
        }
    }

    @Test
    void reportsAConnectionThatIsLostTwice() throws Exception {
        try (PostgresSink direct = sinkFor(url)) {
            storeTen(direct);
        }
        try (TcpProxy proxy = new TcpProxy(server.port());
                PostgresSink sink = sinkFor(through(proxy, url))) {
            proxy.closeEachAfter(5L * MIB);
            assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 11, 17L * MIB), within(30_000)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the connection to PostgreSQL at localhost:" + proxy.port() + " was lost");
            assertThat(proxy.connections()).isEqualTo(2);
        }
        assertThat(intact(url)).isEqualTo(oneTo(10));
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups_parts"))
                .isEqualTo(0L);
    }

    @Test
    void losesNoTimeOverAHalfOpenConnection() throws Exception {
        try (TcpProxy proxy = new TcpProxy(server.port());
                PostgresSink sink = sinkFor(through(proxy, url))) {
            storeTen(sink);
            int before = proxy.connections();
            proxy.silenceOpenConnections();
            Duration took = timed(() -> {
                try {
                    sink.store(SyntheticBackup.of(APP, 11, 5000), within(20_000));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(took).isLessThan(Duration.ofSeconds(3));
            assertThat(proxy.connections()).isEqualTo(before + 1);
            assertThat(intact(url)).isEqualTo(oneTo(11));
        }
    }

    @Test
    void reportsAFullDisk() throws Exception {
        Path space = Files.createTempDirectory("small-disk");
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=48m,mode=0777", "none", space.toString());
        Assumptions.assumeTrue(mounted, "skipped: not allowed to mount a small tmpfs");
        try (PostgresServer own = PostgresServer.start(Map.of())) {
            own.data();
            Path directory = Files.createDirectory(space.resolve("data"));
            PostgresServer.execute(
                    own.url("postgres"),
                    "CREATE TABLESPACE small LOCATION '" + directory + "'",
                    "CREATE DATABASE small TABLESPACE small");
            String small = own.url("small");
            try (PostgresSink sink = sinkFor(small)) {
                storeTen(sink);
                for (long size : List.of(60L * MIB, 15L * MIB, 15L * MIB, 15L * MIB)) {
                    Throwable thrown =
                            catchThrowable(() -> sink.store(SyntheticBackup.of(APP, 11, size), within(30_000)));
                    if (thrown != null || size == 60L * MIB) {
                        assertThat(thrown)
                                .isInstanceOf(IOException.class)
                                .hasMessageContaining("has no disk space left");
                    }
                }
                assertThat(intact(small)).containsAll(oneTo(10)).hasSizeLessThan(13);
            }
        } finally {
            run("umount", "-l", space.toString());
            Files.deleteIfExists(space);
        }
    }

    @Test
    void isNotStoppedByAStatementTimeoutOfTheRole() throws Exception {
        url = server.newDatabase();
        PostgresServer.execute(
                url, "ALTER DATABASE " + url.substring(url.lastIndexOf('/') + 1) + " SET statement_timeout = '40ms'");
        try (PostgresSink sink = sinkFor(url)) {
            storeTen(sink);
            sink.store(SyntheticBackup.of(APP, 11, 100L * MIB), within(60_000));
        }
        PostgresServer.execute(
                server.url("postgres"),
                "ALTER DATABASE " + url.substring(url.lastIndexOf('/') + 1) + " RESET statement_timeout");
        assertThat(intact(url)).isEqualTo(oneTo(11));
    }

    @Test
    void givesUpAtTheDeadlineWhenSomebodyHoldsTheTable() throws Exception {
        try (PostgresSink sink = sinkFor(url)) {
            storeTen(sink);
            try (Connection other = PostgresServer.connect(url);
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE blockchain_backups IN ACCESS EXCLUSIVE MODE");
                Duration took =
                        timed(() -> assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 11, 5000), within(800)))
                                .isInstanceOf(IOException.class)
                                .hasMessageMatching("PostgreSQL at .*(gave up waiting|the time was up).*"));
                assertThat(took).isBetween(Duration.ofMillis(600), Duration.ofMillis(4000));
            }
        }
        assertThat(intact(url)).isEqualTo(oneTo(10));
    }

    @Test
    void waitsForAFreeConnectionAndThenReportsThatThereIsNone() throws Exception {
        try (PostgresServer own =
                PostgresServer.start(Map.of("max_connections", "4", "superuser_reserved_connections", "0"))) {
            String database = own.url("postgres");
            own.data();
            try (PostgresSink sink = sinkFor(database)) {
                storeTen(sink);
            }
            List<Connection> all = new ArrayList<>();
            Poll.until(
                    () -> {
                        try {
                            all.add(PostgresServer.connect(database));
                            return all.size() > 20;
                        } catch (SQLException e) {
                            return all.size() == 4;
                        }
                    },
                    PATIENCE,
                    () -> "all four connections are taken");
            try (PostgresSink sink = sinkFor(database)) {
                assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 11, 5000), within(1500)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("has no free connection")
                        .hasMessageContaining("max_connections");
                CountDownLatch started = new CountDownLatch(1);
                CompletableFuture<StoredBackup> storing = CompletableFuture.supplyAsync(() -> {
                    started.countDown();
                    try {
                        return sink.store(SyntheticBackup.of(APP, 11, 5000), within(20_000));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                started.await();
                for (Connection connection : all) {
                    connection.close();
                }
                storing.get(20, TimeUnit.SECONDS);
            }
            assertThat(intact(database)).isEqualTo(oneTo(11));
        }
    }

    @Test
    void reportsAWrongPasswordWithoutShowingIt() throws Exception {
        try (PostgresServer own = PostgresServer.start(Map.of())) {
            Path rules = own.data().resolve("pg_hba.conf");
            Object loaded = PostgresServer.value(own.url("postgres"), "SELECT pg_conf_load_time()");
            Files.writeString(
                    rules,
                    "host all guarded all scram-sha-256\n" + Files.readString(rules),
                    StandardOpenOption.TRUNCATE_EXISTING);
            PostgresServer.execute(
                    own.url("postgres"),
                    "SET password_encryption = 'scram-sha-256'",
                    "CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'p@:/%+# ss'",
                    "SELECT pg_reload_conf()");
            // The answer to it comes before the rules are in force.
            Poll.until(
                    () -> !loaded.equals(PostgresServer.value(own.url("postgres"), "SELECT pg_conf_load_time()")),
                    PATIENCE,
                    () -> "the server has read its configuration again");
            try (PostgresSink right = sinkFor(own.url("guarded:p@:/%+# ss", "postgres"))) {
                storeTen(right);
            }
            try (PostgresSink encoded = sinkFor(own.url("guarded:p%40%3A%2F%25%2B%23%20ss", "postgres"))) {
                encoded.store(SyntheticBackup.of(APP, 11, 10), within(10_000));
            }
            for (String wrong : List.of("guarded:CANARY", "guarded")) {
                try (PostgresSink sink = sinkFor(own.url(wrong, "postgres"))) {
                    Throwable thrown = catchThrowable(() -> sink.list(within(5000)));
                    assertThat(thrown).isInstanceOf(IOException.class).hasMessageContaining("DATABASE_URL");
                    StringWriter trace = new StringWriter();
                    thrown.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("CANARY");
                }
            }
            assertThat(intact(own.url("guarded:p%40%3A%2F%25%2B%23%20ss", "postgres")))
                    .isEqualTo(oneTo(11));
        }
    }

    @Test
    void refusesAReadOnlyStandby() throws Exception {
        try (PostgresServer own = PostgresServer.start(Map.of())) {
            try (PostgresSink sink = sinkFor(own.url("postgres"))) {
                storeTen(sink);
            }
            own.becomeStandby();
            try (PostgresSink sink = sinkFor(own.url("postgres"))) {
                for (Throwable thrown : List.of(
                        catchThrowable(() -> sink.list(within(10_000))),
                        catchThrowable(() -> sink.store(SyntheticBackup.of(APP, 11, 10), within(10_000))))) {
                    assertThat(thrown).isInstanceOf(IOException.class).hasMessageContaining("read-only standby");
                }
            }
        }
    }

    @Test
    void listsButReportsADatabaseThatWasSwitchedToReadOnly() throws Exception {
        url = server.newDatabase();
        try (PostgresSink sink = sinkFor(url)) {
            storeTen(sink);
        }
        PostgresServer.execute(
                url,
                "ALTER DATABASE " + url.substring(url.lastIndexOf('/') + 1)
                        + " SET default_transaction_read_only = on");
        try (PostgresSink sink = sinkFor(url)) {
            assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 11, 10), within(10_000)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is read-only");
        }
        assertThat(intact(url)).isEqualTo(oneTo(10));
    }

    @Test
    void reportsThatNothingListens() throws Exception {
        int free = closedPort();
        try (PostgresSink sink = sinkFor("postgres://me:CANARY@localhost:" + free + "/db")) {
            Throwable thrown = catchThrowable(() -> sink.list(within(5000)));
            assertThat(thrown)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no connection to PostgreSQL at localhost:" + free);
            assertThat(thrown.toString() + thrown.getCause()).doesNotContain("CANARY");
        }
    }

    @Test
    void findsThePrimaryAmongSeveralHosts() throws Exception {
        String several =
                url.replaceFirst("@[^/]+/", "@localhost:" + closedPort() + ",localhost:" + server.port() + "/");
        try (PostgresSink sink = sinkFor(several)) {
            storeTen(sink);
        }
        assertThat(intact(url)).isEqualTo(oneTo(10));
    }

    @Test
    void connectsToAnIpv6Address() throws Exception {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        try (Socket probe = new Socket(InetAddress.getByAddress(loopback), server.port())) {
            assertThat(probe.isConnected()).isTrue();
        } catch (IOException e) {
            Assumptions.abort("skipped: the server does not listen on IPv6 here");
        }
        try (PostgresSink sink = sinkFor(url.replace("@localhost:", "@[::1]:"))) {
            storeTen(sink);
        }
    }

    @Test
    void reportsAMissingDatabase() {
        try (PostgresSink sink = sinkFor(server.url("nowhere"))) {
            assertThatThrownBy(() -> sink.list(within(5000)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("database \"nowhere\" does not exist");
        }
    }

    @Test
    void storesNothingAfterItsDeadlineOrAnInterrupt() throws Exception {
        try (PostgresSink sink = sinkFor(url)) {
            storeTen(sink);
            Deadline over = within(0);
            assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 11, 5000), over))
                    .isInstanceOf(IOException.class);
            for (long size : List.of(5000L, 17L * MIB)) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 11, size), within(10_000)))
                        .isInstanceOf(IOException.class);
                assertThat(Thread.interrupted()).isTrue();
            }
        }
        assertThat(intact(url)).isEqualTo(oneTo(10));
    }

    @Test
    void endsTheReadAtItsDeadline() throws Exception {
        try (PostgresSink sink = sinkFor(url)) {
            StoredBackup stored = sink.store(SyntheticBackup.of(APP, 1, 40L * MIB), within(30_000));
            Deadline.Controller time = Deadline.controlled(Duration.ofSeconds(30));
            try (InputStream in = sink.open(stored, time.deadline())) {
                in.skipNBytes(2L * MIB);
                time.expire();
                assertThatThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("the time was up");
            }
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
