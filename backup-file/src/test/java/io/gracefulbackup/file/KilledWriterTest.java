package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SIGKILL at random instants. */
class KilledWriterTest extends SinkTest {
    private static final int SIZE = 1 << 20;
    private static final long LONGEST_MICROS = 200_000;

    @Test
    void keepsThePreviousBackupWhenKilledWhileWriting() throws Exception {
        kill(10);
    }

    @Test
    @Tag("slow")
    void keepsThePreviousBackupWhenKilledWhileWritingAtManyInstants() throws Exception {
        kill(200);
    }

    private void kill(int rounds) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        store(SyntheticBackup.first());
        int stored = 0;
        int leftovers = 0;
        for (int round = 0; round < rounds; round++) {
            try (ForkedSink writer = ForkedSink.run("loop", main.toString(), "" + SIZE)) {
                writer.await(lines -> !lines.isEmpty());
                writer.killAfter((long) (random.nextDouble() * LONGEST_MICROS));

                List<String> lines = writer.lines();
                stored += lines.size();
                leftovers += names().stream().anyMatch(name -> name.endsWith(".tmp")) ? 1 : 0;
                BackupHeader newest = read(main);
                long last = Long.parseLong(lines.get(lines.size() - 1).replace("stored ", ""));
                assertThat(newest.sequence())
                        .as("round %s of seed %s: the last one reported as stored, or the next", round, seed)
                        .isBetween(last, last + 1);
                assertAllIntact(newest);
            }
        }
        System.out.printf(
                "%d kills between %d backups of %d bytes: %d left a temporary file (seed %d)%n",
                rounds, stored, SIZE, leftovers, seed);
        store(SyntheticBackup.after(read(main), SIZE));
        assertThat(names()).noneMatch(name -> name.endsWith(".tmp"));
    }

    private void assertAllIntact(BackupHeader newest) throws IOException {
        for (StoredBackup entry : list()) {
            BackupHeader header = read(Path.of(entry.location()));
            assertThat(header.isNewerThan(newest)).isFalse();
        }
    }
}
