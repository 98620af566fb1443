package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.fixtures.SealedBackups;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.Holdings;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sink that lost the newest backup gets it back from another one, while the application runs. */
@Timeout(60)
class SinkRepairTest {
    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink lost = new MemorySink("lost");

    @Test
    void givesTheSameBytesToASinkThatLostThem() throws Exception {
        BackupId id = saveInBoth("state");
        lost.bytes.clear();
        lost.hints.clear();
        try (App again = App.start(sink, lost)) {
            await(() -> lost.holds(id));
            assertThat(lost.bytes.get(id.value())).isEqualTo(sink.bytes.get(id.value()));
            assertThat(again.state).isEqualTo("state");
        }
    }

    @Test
    void givesTheNewestToASinkThatHoldsAnOlderOne() throws Exception {
        BackupId newest;
        try (App app = App.start(sink, lost)) {
            app.save("old");
            lost.store = () -> {
                throw new IOException("out of order");
            };
            newest = app.save("new").id().orElseThrow();
        }
        lost.store = () -> {};
        try (App again = App.start(sink, lost)) {
            await(() -> lost.holds(newest));
            assertThat(again.state).isEqualTo("new");
        }
        assertThat(lost.bytes).hasSize(2);
    }

    @Test
    void deletesNothing() throws Exception {
        BackupId newest = saveInBoth("one");
        lost.bytes.clear();
        lost.hints.clear();
        lost.policy = RetentionPolicy.keepLast(1);
        try (App again = App.start(sink, lost)) {
            await(() -> lost.holds(newest));
            assertThat(again.state).isEqualTo("one");
        }
        assertThat(lost.deleted).isEmpty();
    }

    @Test
    void aPreviewOfAPullRequestHealsNothing() throws Exception {
        saveInBoth("state");
        lost.bytes.clear();
        lost.hints.clear();
        AtomicInteger listings = new AtomicInteger();
        sink.list = listings::incrementAndGet;
        try (App again = App.start(
                builder -> builder.setting("IS_PULL_REQUEST", "true")
                        .setting("SECRET_KEY_PREVIOUS", "another-key-for-tests-0123456789"),
                sink,
                lost)) {
            int atStart = listings.get();
            await(() -> listings.get() > atStart); // Looks for older keys, which comes after the healing.
            assertThat(again.state).isEqualTo("state");
        }
        assertThat(lost.bytes).isEmpty();
    }

    @Test
    void aSinkThatIsEmptyOrHoldsOlderOnesLacksIt() {
        assertThat(SinkRepair.isLacking(inventory(), header(2, 5))).isTrue();
        assertThat(SinkRepair.isLacking(inventory(authenticated(2, 4)), header(2, 5)))
                .isTrue();
        assertThat(SinkRepair.isLacking(
                        inventory(unreadable(new UnreadableBackupException.DamagedPayload("torn"))), header(2, 5)))
                .isTrue();
    }

    @Test
    void nothingThatMayBeNewerIsJoined() {
        assertThat(SinkRepair.isLacking(inventory(authenticated(2, 6)), header(2, 5)))
                .isFalse();
        assertThat(SinkRepair.isLacking(inventory(authenticated(3, 1)), header(2, 5)))
                .isFalse();
        assertThat(SinkRepair.isLacking(inventory(authenticated(2, 5)), header(2, 5)))
                .as("a fork")
                .isFalse();
        assertThat(SinkRepair.isLacking(
                        inventory(unreadable(new UnreadableBackupException.WrongKey("another key", "00"))),
                        header(2, 5)))
                .isFalse();
        assertThat(SinkRepair.isLacking(
                        inventory(new CatalogEntry.Unavailable(lost, StoredBackup.at("there", null), "silent")),
                        header(2, 5)))
                .isFalse();
    }

    @Test
    void aSinkThatDidNotAnswerIsLeftAlone() {
        assertThat(SinkRepair.isLacking(SinkInventory.unreachable("lost", "silent"), header(2, 5)))
                .isFalse();
        assertThat(SinkRepair.isLacking(SinkInventory.notListable(lost, "write-only"), header(2, 5)))
                .isFalse();
    }

    @Test
    void endsTheTransferUnderWayWhenItIsStopped() throws Exception {
        BackupHeader restored = SealedBackups.store(sink, 1, 1);
        CatalogEntry.Authenticated copy =
                new CatalogEntry.Authenticated(sink, SealedBackups.entry(sink, restored), restored);
        CountDownLatch opened = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        sink.open = () -> {
            opened.countDown();
            hang(released);
        };
        OperatorLog log = new OperatorLog(line -> line);
        SinkRepair repair = new SinkRepair(
                new CopyReader(SealedBackups.reader(), getClass().getClassLoader(), line -> {}),
                new Pointers("app", log, line -> line, new Threads(getClass().getClassLoader())),
                new Holdings(new Catalog(
                        List.of(), SealedBackups.reader(), getClass().getClassLoader())),
                log);
        FutureTask<Boolean> running = new FutureTask<>(() -> {
            repair.run(
                    restored,
                    new Inventory(List.of(SinkInventory.listed(sink, List.of(copy)), inventory())),
                    List.of(sink, lost));
            return true;
        });
        new Thread(running).start();
        opened.await();

        repair.stop();

        assertThat(running.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lost.bytes).isEmpty();
        released.countDown();
        log.close();
    }

    /** Ignores interrupts, as a driver may. */
    private static void hang(CountDownLatch released) {
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException e) {
                // Goes on.
            }
        }
    }

    private BackupId saveInBoth(String state) {
        try (App app = App.start(sink, lost)) {
            return app.save(state).id().orElseThrow();
        }
    }

    private SinkInventory inventory(CatalogEntry... entries) {
        return SinkInventory.listed(lost, List.of(entries));
    }

    private CatalogEntry authenticated(long epoch, long sequence) {
        BackupHeader header = header(epoch, sequence);
        return new CatalogEntry.Authenticated(lost, StoredBackup.at("there", Hint.of(header, 1)), header);
    }

    private CatalogEntry unreadable(UnreadableBackupException why) {
        return new CatalogEntry.Unreadable(lost, StoredBackup.at("there", null), why);
    }

    private static BackupHeader header(long epoch, long sequence) {
        return BackupHeader.builder(
                        "blockchain",
                        new BackupId("%016x%016x".formatted(epoch, sequence)),
                        new BackupVersion(epoch, sequence))
                .name("name")
                .reason("MANUAL")
                .instance("instance")
                .build();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
