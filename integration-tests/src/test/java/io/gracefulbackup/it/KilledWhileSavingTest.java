package io.gracefulbackup.it;

import static io.gracefulbackup.it.Forks.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.it.hosts.Counter;
import io.gracefulbackup.it.hosts.CounterHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at random instants while backups are being written: the file is the old or the new one, and whole. */
final class KilledWhileSavingTest {
    private static final int STATE = 4_000_000;

    @RegisterExtension
    final Forks forks = new Forks();

    @TempDir
    Path elsewhere;

    @Test
    void keepsTheLastCompletedBackupWhenKilledWhileSaving() throws Exception {
        killAndRestart(10);
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
        int inTheMiddle = 0;
        for (int round = 0; round < rounds; round++) {
            ForkedJvm jvm = forks.start(CounterHost.class, "end=backup-loop", "writes=1", "bytes=" + STATE);
            assertThat(NextStart.of(jvm).count()).as("start %s", round).isBetween(completed, completed + 1);
            jvm.awaitLine("READY", START);
            for (int wanted = random.nextInt(4); wanted > 0; wanted--) {
                jvm.awaitLine("COMPLETED count=" + (NextStart.of(jvm).count() + wanted), START);
            }
            if (round % 2 == 0) {
                awaitLeftover(); // in the middle of writing, or right after
            } else {
                pause(random.nextInt(1, 60));
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
            inTheMiddle += leftovers() > 0 ? 1 : 0;
            if (completed > 0) {
                assertThat(countInACopyOfTheFile()).isBetween(completed - 1, completed + 1);
            }
        }
        assertThat(NextStart.of(forks).count()).isBetween(completed, completed + 1);
        System.out.println("kill -9 while saving: " + rounds + " kills, " + backups + " completed backups, "
                + inTheMiddle + " kills left a temporary file; nothing lost");
    }

    /** The main file alone, restored by another process (this one). */
    private long countInACopyOfTheFile() throws IOException {
        Path copy = elsewhere.resolve("copy");
        Files.write(copy, forks.saved());
        Counter counter = new Counter(0);
        GracefulShutdown restored = GracefulShutdown.builder()
                .setting("SECRET_KEY", Forks.SECRET)
                .setting("BACKUP_FILE", copy.toString())
                .setting("BACKUP_START", "require")
                .source(counter)
                .install();
        restored.uninstall();
        return counter.count();
    }

    private void awaitLeftover() {
        for (long end = System.nanoTime() + START.toNanos(); leftovers() == 0; ) {
            assertThat(System.nanoTime()).as("no temporary file was ever seen").isLessThan(end);
        }
    }

    /** Files that a save has begun. (Listed like this because they come and go.) */
    private long leftovers() {
        String[] names = forks.file().getParent().toFile().list();
        return names == null
                ? 0
                : Stream.of(names).filter(name -> name.endsWith(".tmp")).count();
    }

    /** The moment is the point of the test: nothing is waited for. */
    private static void pause(int millis) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
    }
}
