package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at random times while backups are written: the file holds the old or the new backup, complete. */
final class KilledWhileSavingTest {
    private static final int STATE = 4_000_000;
    private static final long LOOK_AGAIN_NANOS = 200_000;

    private static final Pattern TEMPORARY = Pattern.compile(".*\\.tmp");
    private static final Pattern KEPT = Pattern.compile("blockchain_data\\.encrypted\\.[0-9a-f]{32}");

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @TempDir
    Path otherDirectory;

    /** One kill of each kind: while the file is written, while it replaces the older one, and at any time. */
    @Test
    void keepsTheLastCompletedBackupWhenKilledWhileSaving() throws Exception {
        killAndRestart(3);
    }

    @Test
    @Tag("slow")
    void keepsTheLastCompletedBackupWhenKilledWhileSavingTwoHundredTimes() throws Exception {
        killAndRestart(200);
    }

    private void killAndRestart(int rounds) throws Exception {
        SplittableRandom random = new SplittableRandom();
        long completed = 0;
        int backups = 0;
        int interrupted = 0;
        for (int round = 0; round < rounds; round++) {
            Set<String> before = names(TEMPORARY);
            ForkedJvm jvm = hosts.start(CounterHost.class, "script=backup-loop", "writes=1", "bytes=" + STATE);
            assertThat(NextStart.of(jvm).count()).as("start %s", round).isBetween(completed, completed + 1);
            jvm.awaitLine("READY", START_LIMIT);
            for (int more = random.nextInt(4); more > 0; more--) {
                jvm.awaitLine("COMPLETED count=" + (NextStart.of(jvm).count() + more), START_LIMIT);
            }
            switch (round % 3) {
                case 0 -> awaitNew(TEMPORARY); // while the new file is written
                case 1 -> {
                    awaitNew(KEPT); // the older backup has a second name: it is about to be replaced
                    pause(random.nextInt(20));
                }
                default -> pause(random.nextInt(60));
            }
            jvm.kill();

            assertThat(jvm.output()).doesNotContain("NOT STORED");
            backups += (int) jvm.lines().stream()
                    .filter(line -> line.startsWith("COMPLETED"))
                    .count();
            completed = jvm.lines().stream()
                    .filter(line -> line.startsWith("COMPLETED"))
                    .mapToLong(NextStart::countIn)
                    .max()
                    .orElse(completed);
            interrupted += before.containsAll(names(TEMPORARY)) ? 0 : 1;
            if (completed > 0) {
                assertThat(countInACopyOfTheFile()).isBetween(completed - 1, completed + 1);
            }
        }
        assertThat(NextStart.of(hosts).count()).isBetween(completed, completed + 1);
        System.out.println("kill -9 while saving: " + rounds + " kills, " + backups + " completed backups, "
                + interrupted + " kills left a temporary file; nothing lost");
    }

    /** Restores the main file alone, in this process. */
    private long countInACopyOfTheFile() throws IOException {
        Path copy = otherDirectory.resolve("copy");
        Files.write(copy, hosts.readSavedFile());
        return NextStart.of(Map.of(
                        "SECRET_KEY", ForkedHosts.SECRET, "BACKUP_FILE", copy.toString(), "BACKUP_START", "require"))
                .count();
    }

    private void awaitNew(Pattern kind) {
        Set<String> before = names(kind);
        for (long end = System.nanoTime() + START_LIMIT.toNanos(); before.containsAll(names(kind)); ) {
            assertThat(System.nanoTime()).as("no new file %s appeared", kind).isLessThan(end);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS); // leaves the processor to the host
        }
    }

    private Set<String> names(Pattern kind) {
        String[] names = hosts.file()
                .getParent()
                .toFile()
                .list((directory, name) -> kind.matcher(name).matches());
        return names == null ? Set.of() : Set.of(names);
    }

    /** The kill must arrive at a random time, so this waits for no event. */
    private static void pause(int millis) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
    }
}
