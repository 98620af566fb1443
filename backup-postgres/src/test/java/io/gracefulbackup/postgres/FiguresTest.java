package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rates and memory, compared with the minimum that server and driver need for the same work in the same run. */
@Tag("slow")
class FiguresTest {
    private static final long SIZE = 256L << 20;
    private static final int ROUNDS = 7;

    private static PostgresServer server;
    private static String url;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start(Map.of("shared_buffers", "64MB", "max_wal_size", "4GB"));
        url = server.url("postgres");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }

    private static PostgresSink sink() {
        return TestSinks.open("app", url);
    }

    @Test
    void storesAndReadsNearlyAsFastAsTheServerCan() throws Exception {
        double[] stores = new double[ROUNDS];
        double[] reads = new double[ROUNDS];
        try (PostgresSink sink = sink();
                Connection connection = PostgresServer.connect(url)) {
            sink.list(soon());
            for (int round = 0; round < ROUNDS; round++) {
                SyntheticBackup backup = SyntheticBackup.of("app", round, SIZE);
                UUID upload = UUID.randomUUID();
                double copy = rate(() -> bareCopy(connection, upload, backup));
                StoredBackup[] stored = new StoredBackup[1];
                double store = rate(() -> stored[0] = sink.store(backup, soon()));
                double select = rate(() -> bareSelect(connection, upload));
                double read = rate(() -> {
                    try (InputStream in = sink.open(stored[0], soon())) {
                        assertThat(in.transferTo(OutputStream.nullOutputStream()))
                                .isEqualTo(SIZE);
                    }
                });
                System.out.printf(
                        "FIGURES 256 MiB, MiB/s: store %.0f, bare COPY %.0f; read %.0f, bare ordered read %.0f%n",
                        store, copy, read, select);
                stores[round] = store / copy;
                reads[round] = read / select;
                sink.delete(stored[0], soon());
                PostgresServer.execute(url, "DELETE FROM blockchain_backups_parts", "VACUUM blockchain_backups_parts");
            }
        }
        // Pairs that ran next to each other, because the machine has other things to do as well.
        Arrays.sort(stores);
        Arrays.sort(reads);
        System.out.printf(
                "FIGURES median: store %.0f %% of bare COPY, read %.0f %% of bare ordered read%n",
                100 * stores[ROUNDS / 2], 100 * reads[ROUNDS / 2]);
        assertThat(stores[ROUNDS / 2]).isGreaterThanOrEqualTo(0.6);
        assertThat(reads[ROUNDS / 2]).isGreaterThanOrEqualTo(0.5);
    }

    @Test
    void leavesTheServersMemoryAlone() throws Exception {
        long idle = memory();
        try (PostgresSink sink = sink()) {
            AtomicBoolean done = new AtomicBoolean();
            long[] peak = {idle};
            Thread watcher = new Thread(() -> {
                while (!done.get()) {
                    peak[0] = Math.max(peak[0], memory());
                    LockSupport.parkNanos(5_000_000);
                }
            });
            watcher.start();
            StoredBackup stored = sink.store(SyntheticBackup.of("app", 2, SIZE), soon());
            try (InputStream in = sink.open(stored, soon())) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            done.set(true);
            watcher.join();
            System.out.printf(
                    "FIGURES 256 MiB: server memory at most %d MB above idle%n", (peak[0] - idle) / 1_000_000);
            assertThat(peak[0] - idle).isLessThan(200_000_000);
            sink.delete(stored, soon());
        }
    }

    @Test
    void storesASmallBackupQuickly() throws Exception {
        long[] millis = new long[20];
        try (PostgresSink sink = sink()) {
            sink.list(soon());
            for (int i = 0; i < millis.length; i++) {
                SyntheticBackup backup = SyntheticBackup.of("app", i, 45_000);
                long start = System.nanoTime();
                sink.delete(sink.store(backup, soon()), soon());
                millis[i] = (System.nanoTime() - start) / 1_000_000;
            }
        }
        System.out.printf("FIGURES 45 KB: first store and delete %d ms", millis[0]);
        Arrays.sort(millis);
        System.out.printf(", median %d ms%n", millis[10]);
        assertThat(millis[10]).isLessThan(200);
    }

    @Test
    void storesAndReadsMoreThanAValueCanHold() throws Exception {
        SyntheticBackup backup = SyntheticBackup.of("app", 1, (1L << 30) + (100L << 20) + 1);
        try (PostgresSink sink = sink()) {
            StoredBackup stored = sink.store(backup, soon());
            try (InputStream in = sink.open(stored, soon())) {
                assertThat(SyntheticBackup.sha256(in)).isEqualTo(backup.sha256());
            }
            sink.delete(stored, soon());
        }
    }

    @Test
    void storesALargeBackupWithinASmallHeap() throws Exception {
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoringHost.class.getName(),
                        server.newDatabase(),
                        "2",
                        String.valueOf(SIZE))
                .redirectErrorStream(true)
                .start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader output = host.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.append(line).append('\n');
                if (line.equals("stored 3")) {
                    host.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(said.toString()).contains("stored 3\n");
    }

    /** The proportional share of memory of all processes of the server. */
    private static long memory() {
        return server.processes().stream()
                .mapToLong(process -> {
                    try {
                        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "smaps_rollup"))
                                .stream()
                                .filter(line -> line.startsWith("Pss:"))
                                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                                .sum();
                    } catch (IOException | UncheckedIOException e) {
                        return 0;
                    }
                })
                .sum();
    }

    private static double rate(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (SIZE >> 20) * 1e9 / (System.nanoTime() - start);
    }

    private static void bareCopy(Connection connection, UUID upload, SyntheticBackup backup) throws Exception {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY blockchain_backups_parts (application, upload, no, data) FROM STDIN (FORMAT binary)");
        byte[] header = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
        copy.writeToCopy(header, 0, header.length);
        byte[] part = new byte[1 << 20];
        try (InputStream in = backup.newStream()) {
            int no = 0;
            for (int n = in.readNBytes(part, 0, part.length); n > 0; n = in.readNBytes(part, 0, part.length)) {
                byte[] head = ByteBuffer.allocate(41)
                        .putShort((short) 4)
                        .putInt(3)
                        .put(new byte[] {'a', 'p', 'p'})
                        .putInt(16)
                        .putLong(upload.getMostSignificantBits())
                        .putLong(upload.getLeastSignificantBits())
                        .putInt(4)
                        .putInt(no++)
                        .putInt(n)
                        .array();
                copy.writeToCopy(head, 0, head.length);
                copy.writeToCopy(part, 0, n);
            }
        }
        copy.writeToCopy(new byte[] {-1, -1}, 0, 2);
        copy.endCopy();
    }

    private static void bareSelect(Connection connection, UUID upload) throws Exception {
        connection.setAutoCommit(false);
        long total = 0;
        try (PreparedStatement query =
                connection.prepareStatement("SELECT data FROM blockchain_backups_parts WHERE upload = ? ORDER BY no")) {
            query.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(-1);
            query.setFetchSize(8);
            query.setObject(1, upload);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    total += row.getBytes(1).length;
                }
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        assertThat(total).isEqualTo(SIZE);
    }

    /** Something to time. */
    private interface Work {
        void run() throws Exception;
    }
}
