package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind a real PgBouncer in transaction mode, where every transaction may meet another server process. */
class PgBouncerTest {
    private static final String APP = "app";

    @TempDir
    private Path directory;

    private Process bouncer;
    private String url;

    @BeforeEach
    void startBouncer() throws Exception {
        Path program = Path.of("/usr/sbin/pgbouncer");
        Assumptions.assumeTrue(Files.isExecutable(program), "skipped: PgBouncer is not installed");
        String direct = PostgresServer.shared().emptyDatabase();
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path settings = directory.resolve("pgbouncer.ini");
        Files.writeString(settings, """
                [databases]
                * = host=127.0.0.1 port=%d user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = 3
                server_round_robin = 1
                """.formatted(PostgresServer.shared().port(), port));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            // It refuses to run as root.
            Files.setPosixFilePermissions(
                    directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(settings.toString());
        bouncer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("pgbouncer.log").toFile())
                .start();
        FaultsTest.await(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        url = direct.replaceFirst("@[^/]+/", "@127.0.0.1:" + port + "/");
    }

    @AfterEach
    void stopBouncer() {
        if (bouncer != null) {
            bouncer.destroyForcibly().onExit().join();
        }
    }

    private PostgresSink sink(String databaseUrl) {
        return TestContext.with(APP, Map.of("DATABASE_URL", databaseUrl)).sink();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    @Test
    void storesListsReadsAndDeletesAsWithoutIt() throws IOException {
        try (PostgresSink sink = sink(url)) {
            assertThat(sink.list(soon())).isEqualTo(Listing.of(List.of()));
            for (int size : List.of(0, 45_000, 16 << 20, 40 << 20)) {
                TestBackup backup = TestBackup.of(APP, size, size);
                StoredBackup stored = sink.store(backup, soon());
                try (InputStream in = sink.open(stored, soon())) {
                    assertThat(TestBackup.sha256(in)).isEqualTo(backup.sha256());
                }
            }
            for (StoredBackup stored : ((Listing.Listed) sink.list(soon())).backups()) {
                sink.delete(stored, soon());
            }
            assertThat(sink.list(soon())).isEqualTo(Listing.of(List.of()));
        }
    }

    @Test
    void worksWhenManyShareFewServerConnections() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (PostgresSink sink = sink(url)) {
            List<Future<StoredBackup>> stores = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                TestBackup backup = TestBackup.of(APP, i, i % 8 == 0 ? 17 << 20 : 5000);
                stores.add(threads.submit(() -> sink.store(backup, soon())));
            }
            for (Future<StoredBackup> store : stores) {
                store.get();
            }
            assertThat(((Listing.Listed) sink.list(soon())).backups()).hasSize(24);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void keepsLeasesAndFencesAsWithoutIt() throws IOException {
        try (PostgresSink sink = sink(url);
                Lease one = sink.lease("one", Duration.ofSeconds(15)).orElseThrow();
                Lease two = sink.lease("two", Duration.ofSeconds(15)).orElseThrow()) {
            LeaseResult taken = one.apply(new LeaseStep.Acquire(null, 6, "site"), soon());
            assertThat(taken.done()).isTrue();
            TestBackup last = TestBackup.of(APP, 1, 1000).under(7, "one");
            assertThat(sink.store(last, soon()).isFork()).isFalse();
            LeaseResult active = one.apply(new LeaseStep.Activate(taken.row().version(), 7), soon());
            LeaseResult free = one.apply(
                    new LeaseStep.Release(active.row().version(), last.header().id(), "two"), soon());
            assertThat(two.apply(new LeaseStep.Read(), soon()).row()).isEqualTo(free.row());
            assertThat(two.apply(new LeaseStep.Acquire(free.row().version(), 0, null), soon())
                            .done())
                    .isTrue();
            assertThat(sink.store(TestBackup.of(APP, 2, 1000).under(7, "one"), soon())
                            .isFork())
                    .isTrue();
        }
    }

    @Test
    void explainsThatItTakesNoOptions() {
        for (String option : List.of("options=-c%20search_path%3Dpublic", "currentSchema=public")) {
            try (PostgresSink sink = sink(url + "?" + option)) {
                assertThatThrownBy(() -> sink.list(soon()))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("PgBouncer takes neither options nor currentSchema");
            }
        }
    }
}
