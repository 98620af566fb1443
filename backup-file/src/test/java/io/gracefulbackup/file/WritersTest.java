package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Several threads and processes that store to the same file. */
class WritersTest extends SinkTest {

    @Test
    void concurrentThreadsLoseNoBackup() throws Exception {
        int writers = 4;
        int rounds = 10;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<List<String>>> ids = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                // Each has a sink of its own: what they share is the file.
                FileSink own =
                        newSink(main, new TestSinkContext(SyntheticBackup.APPLICATION, SyntheticBackup.INSPECTOR));
                ids.add(threads.submit(() -> {
                    start.await();
                    List<String> stored = new ArrayList<>();
                    SyntheticBackup backup = SyntheticBackup.first();
                    for (int round = 0; round < rounds; round++) {
                        own.store(backup, enough());
                        stored.add(backup.header().id().value());
                        backup = backup.next();
                    }
                    return stored;
                }));
            }
            start.countDown();
            List<String> all = new ArrayList<>();
            for (Future<List<String>> some : ids) {
                all.addAll(some.get());
            }
            assertNothingLost(all);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void concurrentProcessesLoseNoBackup() throws Exception {
        try (ForkedSink one = ForkedSink.run("many", main.toString(), "30");
                ForkedSink other = ForkedSink.run("many", main.toString(), "30")) {
            assertThat(one.exitCode()).as("%s", one.lines()).isZero();
            assertThat(other.exitCode()).as("%s", other.lines()).isZero();
            List<String> all = new ArrayList<>(one.lines());
            all.addAll(other.lines());
            assertThat(all).hasSize(60);
            assertNothingLost(all);
        }
    }

    @Test
    void readersSeeAWholeBackupDuringAStore() throws Exception {
        int size = 1 << 20;
        SyntheticBackup first = SyntheticBackup.first();
        store(first);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<SyntheticBackup> writer = thread.submit(() -> {
                SyntheticBackup backup = first;
                for (int round = 0; round < 40; round++) {
                    backup = backup.next(size);
                    store(backup);
                }
                return backup;
            });
            long newest = 0;
            while (!writer.isDone()) {
                long seen = read(main).sequence();
                assertThat(seen).isGreaterThanOrEqualTo(newest);
                newest = seen;
            }
            assertThat(read(main)).isEqualTo(writer.get().header());
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void waitsForAnotherProcessNoLongerThanItsDeadline() throws Exception {
        try (ForkedSink holder = ForkedSink.run("hold", main.toString())) {
            holder.await(lines -> lines.contains("held"));

            assertThatIOException()
                    .isThrownBy(() -> sink.store(SyntheticBackup.first(), Deadline.after(Duration.ofMillis(100))))
                    .isInstanceOf(InterruptedIOException.class)
                    .withMessageContaining("waiting for another writer");
            assertThat(names()).isEmpty();

            holder.release();
            store(SyntheticBackup.first());
        }
    }

    @Test
    void aKilledProcessReleasesTheLock() throws Exception {
        try (ForkedSink holder = ForkedSink.run("hold", main.toString())) {
            holder.await(lines -> lines.contains("held"));
            holder.killAfter(0);

            store(SyntheticBackup.first());

            assertThat(names()).containsExactly("data.enc");
        }
    }

    @Test
    void aWaitingWriterCanBeInterrupted() throws Exception {
        DirectoryLock turn = DirectoryLock.acquire(
                directory.toRealPath().resolve(".data.enc.lock"), new Shortcomings(line -> {}), enough());
        try (turn) {
            Thread.currentThread().interrupt();
            assertThatIOException()
                    .isThrownBy(() -> store(SyntheticBackup.first()))
                    .isInstanceOf(InterruptedIOException.class)
                    .withMessageContaining("interrupted while waiting");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Each is there, intact, and the newest has the configured name. */
    private void assertNothingLost(List<String> ids) throws IOException {
        List<BackupHeader> found = new ArrayList<>();
        for (StoredBackup entry : list()) {
            found.add(read(Path.of(entry.location())));
        }
        assertThat(found).extracting(header -> header.id().value()).containsExactlyInAnyOrderElementsOf(ids);
        found.sort(BackupHeader.OLDEST_FIRST);
        assertThat(read(main)).isEqualTo(found.get(found.size() - 1));
        assertThat(list()).extracting(entry -> entry.hint().orElseThrow().id()).doesNotHaveDuplicates();
        assertThat(names()).hasSize(ids.size());
    }
}
