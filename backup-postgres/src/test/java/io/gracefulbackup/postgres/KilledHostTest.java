package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code kill -9} while storing, at random instants. */
class KilledHostTest {
    private final String url = PostgresServer.shared().emptyDatabase();

    @Test
    void theNewestIsWholeOrAbsent() throws Exception {
        kill(4);
    }

    @Test
    @Tag("slow")
    void theNewestIsWholeOrAbsentInAHundredRounds() throws Exception {
        kill(100);
    }

    private void kill(int rounds) throws Exception {
        SplittableRandom random = new SplittableRandom(20261123);
        long stored = 0;
        for (int round = 0; round < rounds; round++) {
            stored = storeUntilKilled(stored, 1 + random.nextInt(6), random.nextInt(60_000_000));
            try (PostgresSink sink = sink()) {
                List<StoredBackup> listed = ((Listing.Listed) sink.list(soon())).backups();
                long newest = listed.get(0).hinted().orElseThrow().sequence();
                assertThat(newest).as("what was reported as stored is there").isBetween(stored, stored + 1);
                for (StoredBackup each : listed) {
                    assertIntact(sink, each);
                }
                for (StoredBackup old : listed.subList(Math.min(10, listed.size()), listed.size())) {
                    sink.delete(old, soon());
                }
                stored = newest;
            }
        }
    }

    /** Kills some time after the process began to store for the n-th time; returns the last it reported as stored. */
    private long storeUntilKilled(long from, int beginnings, long nanosLater) throws IOException {
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoringHost.class.getName(),
                        url,
                        String.valueOf(from),
                        String.valueOf(17 << 20))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long stored = from;
        try (BufferedReader output = host.inputReader(StandardCharsets.UTF_8)) {
            int begun = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("stored ")) {
                    stored = Long.parseLong(line.substring("stored ".length()));
                } else if (++begun == beginnings) {
                    LockSupport.parkNanos(nanosLater);
                    // Not destroyForcibly(), which also closes the stream that is being read.
                    host.toHandle().destroyForcibly();
                }
            }
        } finally {
            host.destroyForcibly().onExit().join();
        }
        return stored;
    }

    private void assertIntact(PostgresSink sink, StoredBackup each) throws IOException {
        Object sha256 = PostgresServer.value(
                url,
                "SELECT sha256 FROM blockchain_backups WHERE id = "
                        + each.location().split("#", 2)[1]);
        try (InputStream in = sink.open(each, soon())) {
            assertThat(TestBackup.sha256(in)).isEqualTo(sha256);
        }
    }

    private PostgresSink sink() {
        return TestContext.with("app", Map.of("DATABASE_URL", url)).sink();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }
}
