package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import io.gracefulbackup.spi.PointerStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeliveryTest {
    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");
    private final MemoryPointers pointers = new MemoryPointers();
    private final RunFixture fixture = new RunFixture(sink, other).with(pointers);
    private final RunComponents components = fixture.components();
    private final List<Spool> spools = new ArrayList<>();

    @AfterEach
    void closeSpools() throws IOException {
        for (Spool spool : spools) {
            spool.close();
        }
    }

    private SpooledBackup backup() throws Exception {
        Spool spool = new Spool();
        spools.add(spool);
        Deadline deadline = Deadline.after(RunFixture.TIMEOUT);
        return components
                .snapshot()
                .take(
                        spool,
                        id -> components.lineage().next(id, "backup", Instant.now(), "MANUAL"),
                        RunFixture.TIMEOUT,
                        deadline,
                        deadline);
    }

    private List<SinkResult> deliver(SpooledBackup backup, SavePermit permit, Duration time) throws Exception {
        return components.delivery().deliver(backup, ContentChange.NONE, permit, Deadline.after(time));
    }

    private List<SinkResult> deliver(SpooledBackup backup) throws Exception {
        return deliver(backup, SavePermit.UNCONDITIONAL, RunFixture.TIMEOUT);
    }

    @Test
    void givesEverySinkTheSameBytesAndReportsInTheirOrder() throws Exception {
        SpooledBackup backup = backup();

        List<SinkResult> results = deliver(backup);

        assertThat(results).extracting(SinkResult::sink).containsExactly("memory", "other");
        assertThat(results).allSatisfy(result -> assertThat(result).isInstanceOf(SinkResult.Stored.class));
        assertThat(sink.bytes.get(backup.header().id().value()))
                .isEqualTo(other.bytes.get(backup.header().id().value()))
                .hasSize((int) backup.size());
    }

    @Test
    void noSinkGetsPlaintext() throws Exception {
        fixture.text = "canary";
        SpooledBackup backup = backup();

        deliver(backup);

        String bytes = new String(sink.bytes.get(backup.header().id().value()), StandardCharsets.ISO_8859_1);
        assertThat(bytes).startsWith("GBK").doesNotContain("canary", "test/1", "MANUAL");
    }

    @Test
    void aSinkThatThrowsAnErrorDoesNotAffectTheOthers() throws Exception {
        sink.store = () -> {
            throw new StackOverflowError("in the driver");
        };

        List<SinkResult> results = deliver(backup());

        assertThat(results.get(0))
                .isInstanceOfSatisfying(
                        SinkResult.Failed.class,
                        failed -> assertThat(failed.cause()).contains("in the driver"));
        assertThat(results.get(1)).isInstanceOf(SinkResult.Stored.class);
    }

    @Test
    void aSinkThatHangsIsTimedOutAtTheDeadlineAndInterrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        sink.store = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new IOException(e);
            }
        };

        List<SinkResult> results = deliver(backup(), SavePermit.UNCONDITIONAL, Duration.ofMillis(500));

        interrupted.await();
        assertThat(results.get(0)).isInstanceOf(SinkResult.TimedOut.class);
        assertThat(results.get(1)).isInstanceOf(SinkResult.Stored.class);
    }

    @Test
    void aSinkThatFailedBeforeTheDeadlineIsNotTimedOut() throws Exception {
        sink.store = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        other.store = () -> {
            throw new IOException("disk full");
        };

        List<SinkResult> results = deliver(backup(), SavePermit.UNCONDITIONAL, Duration.ofMillis(500));

        assertThat(results.get(0)).isInstanceOf(SinkResult.TimedOut.class);
        assertThat(results.get(1)).isInstanceOf(SinkResult.Failed.class);
    }

    @Test
    void aCopyCountsAsSoonAsItIsVerifiedEvenIfTheHousekeepingHangs() throws Exception {
        List<String> stored = new CopyOnWriteArrayList<>();
        SavePermit permit = new SavePermit(null, true, (where, id, copy) -> stored.add(where.name()));
        sink.policy = RetentionPolicy.keepLast(1);
        sink.list = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };

        List<SinkResult> results = deliver(backup(), permit, Duration.ofSeconds(2));

        assertThat(results).allSatisfy(result -> assertThat(result).isInstanceOf(SinkResult.Stored.class));
        assertThat(stored).containsExactlyInAnyOrder("memory", "other");
    }

    @Test
    void deletesOldBackupsOnlyAfterTheNewOneIsStored() throws Exception {
        sink.policy = RetentionPolicy.keepLast(1);
        BackupId first = storedBackup();
        BackupId second = storedBackup();

        assertThat(sink.deleted).containsExactly(first.value());
        assertThat(sink.holds(second)).isTrue();
    }

    @Test
    void leavesOldBackupsAndPointersAloneWithoutThePermissionToTidy() throws Exception {
        sink.policy = RetentionPolicy.keepLast(1);
        storedBackup();
        String latest = pointers.values.get(PointerStore.BACKUP_LATEST);

        deliver(backup(), new SavePermit(null, false, (where, id, copy) -> {}), RunFixture.TIMEOUT);

        assertThat(sink.deleted).isEmpty();
        assertThat(pointers.values.get(PointerStore.BACKUP_LATEST)).isEqualTo(latest);
    }

    @Test
    void pointsToTheBackupOnlyIfASinkThatOutlivesTheInstanceHoldsIt() throws Exception {
        sink.durable = false;
        other.store = () -> {
            throw new IOException("out of order");
        };
        deliver(backup());
        assertThat(pointers.values).doesNotContainKey(PointerStore.BACKUP_LATEST);

        other.store = () -> {};
        BackupId id = storedBackup();
        assertThat(pointers.values.get(PointerStore.BACKUP_LATEST)).endsWith("." + id + ".app");
    }

    private BackupId storedBackup() throws Exception {
        SpooledBackup backup = backup();
        deliver(backup);
        components.lineage().stored(backup.header().id());
        return backup.header().id();
    }
}
