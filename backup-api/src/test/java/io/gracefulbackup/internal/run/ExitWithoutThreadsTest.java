package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exit of a process that can create no thread any more: everything runs on the thread of the hook. */
@Timeout(60)
class ExitWithoutThreadsTest {
    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");
    private final RunFixture fixture = RunFixture.withoutThreads(sink, other);

    private BackupReport exit(Duration time) throws Exception {
        try {
            Task<BackupReport> exit = new RunQueue(fixture.components())
                    .exit(
                            ShutdownReason.SIGTERM,
                            Deadline.after(time),
                            within -> Optional.of(SavePermit.UNCONDITIONAL));
            assertThat(exit.isDone()).isTrue();
            return exit.await(Deadline.after(Duration.ZERO));
        } catch (OutOfMemoryError e) {
            // JUnit would end all tests.
            throw new AssertionError("the exit needs a thread", e);
        }
    }

    @Test
    void storesInAllSinks() throws Exception {
        BackupReport report = exit(RunFixture.TIMEOUT);

        assertThat(report.isComplete()).isTrue();
        assertThat(sink.bytes).hasSize(1).containsOnlyKeys(other.bytes.keySet());
    }

    @Test
    void takesEveryStepOnTheThreadOfTheHook() throws Exception {
        List<Thread> threads = new ArrayList<>();
        ReentrantLock lock = new ReentrantLock();
        MemoryPointers pointers = new MemoryPointers();
        fixture.with("http", deadline -> threads.add(Thread.currentThread()))
                .with(lock)
                .with(pointers);
        sink.store = () -> threads.add(Thread.currentThread());

        BackupReport report = exit(RunFixture.TIMEOUT);

        assertThat(report.isComplete()).isTrue();
        assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
        assertThat(report.lockHeld()).isPositive();
        assertThat(lock.isLocked()).isFalse();
        assertThat(pointers.values).containsKey(PointerStore.BACKUP_LATEST);
    }

    @Test
    void aDrainStepASinkOrAPointerStoreThatFailsChangesNothingForTheRest() throws Exception {
        MemoryPointers pointers = new MemoryPointers();
        pointers.broken = true;
        fixture.with("http", deadline -> {
                    throw new StackOverflowError("in the step");
                })
                .with(pointers);
        sink.store = () -> {
            throw new NoClassDefFoundError("in the driver");
        };

        BackupReport report = exit(RunFixture.TIMEOUT);

        assertThat(report.sinks().get(0)).isInstanceOf(SinkResult.Failed.class);
        assertThat(report.sinks().get(1)).isInstanceOf(SinkResult.Stored.class);
    }

    @Test
    void aSinkThatKeepsToItsDeadlineLeavesTimeForTheOthers() throws Exception {
        RunFixture both = RunFixture.withoutThreads(new WaitingSink(), other);
        RunComponents components = both.components();
        Deadline snapshot = Deadline.after(RunFixture.TIMEOUT);

        Deadline deadline;
        List<SinkResult> results;
        try (Spool spool = new Spool()) {
            SpooledBackup backup = components
                    .snapshot()
                    .take(
                            spool,
                            id -> components.lineage().next(id, "backup", Instant.now(), "MANUAL"),
                            RunFixture.TIMEOUT,
                            snapshot,
                            snapshot);
            deadline = Deadline.after(Duration.ofSeconds(4));
            results = components.delivery().deliver(backup, ContentChange.NONE, SavePermit.UNCONDITIONAL, deadline);
        }

        assertThat(results.get(0)).isInstanceOf(SinkResult.TimedOut.class);
        assertThat(results.get(1)).isInstanceOf(SinkResult.Stored.class);
        assertThat(deadline.isExpired()).isFalse();
    }

    @Test
    void saysWhyThereIsNoBackupIfTheHostKeepsItsLock() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            lock.lock();
            held.countDown();
            try {
                mayEnd.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        holder.setDaemon(true);
        holder.start();
        held.await();
        fixture.with(lock).with(Duration.ofSeconds(2));

        BackupReport report = exit(Duration.ofSeconds(2));
        mayEnd.countDown();

        assertThat(report.failure())
                .hasValueSatisfying(why -> assertThat(why).contains("could not get the host's lock"));
    }

    /** Ends every call at its deadline. */
    private static final class WaitingSink implements BackupSink {
        @Override
        public String name() {
            return "slow";
        }

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            while (!deadline.isExpired()) {
                Thread.onSpinWait();
            }
            throw new IOException("the time was up");
        }

        @Override
        public Listing list(Deadline deadline) {
            return Listing.of(List.of());
        }

        @Override
        public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
            throw new IOException("there is no " + backup.location());
        }

        @Override
        public void delete(StoredBackup backup, Deadline deadline) {}

        @Override
        public RetentionPolicy defaultRetention() {
            return RetentionPolicy.keepAll();
        }
    }
}
