package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SIGKILL while storing, at random instants. */
class KilledHostTest {
    private final String url = PostgresServer.shared().emptyDatabase();

    @Test
    void theNewestBackupIsWholeOrAbsent() throws Exception {
        kill(4);
    }

    @Test
    @Tag("slow")
    void theNewestBackupIsWholeOrAbsentInAHundredRounds() throws Exception {
        kill(100);
    }

    private void kill(int rounds) throws Exception {
        SplittableRandom random = new SplittableRandom(20261123);
        long stored = 0;
        for (int round = 0; round < rounds; round++) {
            stored = storeUntilKilled(stored, 1 + random.nextInt(6), random.nextInt(60_000_000));
            try (PostgresSink sink = sink()) {
                List<StoredBackup> listed = ((Listing.Listed) sink.list(soon())).backups();
                long newest = listed.get(0).hint().orElseThrow().sequence();
                assertThat(newest)
                        .as("the last backup reported as stored, or the next")
                        .isBetween(stored, stored + 1);
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

    /**
     * Kills a process that stores one backup after the other.
     *
     * @param from the sequence of the last stored backup
     * @param beginnings how many more backups the process begins to store before it is killed
     * @param nanosLater how long after that it is killed
     * @return the sequence of the last backup that the process reported as stored
     */
    private long storeUntilKilled(long from, int beginnings, long nanosLater) {
        try (ForkedJvm host = ForkedJvm.of(StoringHost.class)
                .jvmArguments("-Xmx96m")
                .arguments(url, String.valueOf(from), String.valueOf(17 << 20))
                .start()) {
            host.awaitLine("storing " + (from + beginnings), Duration.ofSeconds(60));
            LockSupport.parkNanos(nanosLater);
            host.kill();
            return host.lines().stream()
                    .filter(line -> line.startsWith("stored "))
                    .mapToLong(line -> Long.parseLong(line.substring("stored ".length())))
                    .reduce(from, (earlier, later) -> later);
        }
    }

    private void assertIntact(PostgresSink sink, StoredBackup each) throws IOException {
        Object sha256 = PostgresServer.value(
                url,
                "SELECT sha256 FROM blockchain_backups WHERE id = "
                        + each.location().split("#", 2)[1]);
        try (InputStream in = sink.open(each, soon())) {
            assertThat(SyntheticBackup.sha256(in)).isEqualTo(sha256);
        }
    }

    private PostgresSink sink() {
        return TestSinks.open("app", url);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }
}
