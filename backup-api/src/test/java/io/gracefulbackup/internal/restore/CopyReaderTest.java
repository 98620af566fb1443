package io.gracefulbackup.internal.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.fixtures.SealedBackups;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.StartProgress;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpoolPlaces;
import io.gracefulbackup.internal.support.Threads;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CopyReaderTest {
    private final MemorySink sink = new MemorySink("memory");
    private final BackupHeader backup = SealedBackups.store(sink, 1, 7);
    private final AtomicInteger opened = new AtomicInteger();

    @TempDir
    Path directory;

    CopyReaderTest() {
        sink.open = opened::incrementAndGet;
    }

    @Test
    void handsAnIntactCopyOn() throws Exception {
        assertThat(read()).isEqualTo(new CopyResult.Used<>(backup));
        assertThat(opened).hasValue(1);
    }

    @Test
    void believesDamageOnlyIfItIsSeenTwice() throws Exception {
        byte[] good = sink.bytes.get(backup.id().value());
        sink.open = () -> sink.bytes.put(
                backup.id().value(), opened.incrementAndGet() == 1 ? "<html>429</html>".getBytes(UTF_8) : good);

        assertThat(read()).isEqualTo(new CopyResult.Used<>(backup));
        assertThat(opened).hasValue(2);
    }

    @Test
    void aChangedPayloadIsDamageAndIsHandedToNobody() throws Exception {
        damagePayload();
        AtomicInteger used = new AtomicInteger();

        CopyResult<Integer> result = reader().read(copy(), fetched -> used.incrementAndGet());

        assertThat(result).isInstanceOf(CopyResult.Damaged.class);
        assertThat(opened).hasValue(2);
        assertThat(used).hasValue(0);
    }

    @Test
    void bytesThatAreNoBackupAreDamageBecauseTheHeaderWasAuthenticatedBefore() throws Exception {
        sink.bytes.put(backup.id().value(), "some text that never was a backup".getBytes(UTF_8));

        assertThat(read()).isInstanceOf(CopyResult.Damaged.class);
    }

    @Test
    void anotherBackupThanTheOneThatWasAskedForIsDamage() throws Exception {
        CatalogEntry.Authenticated asked = copy();
        BackupHeader other = SealedBackups.store(sink, 1, 8);
        sink.bytes.put(backup.id().value(), sink.bytes.get(other.id().value()));

        CopyResult<BackupHeader> result = reader().read(asked, CopyReaderTest::headerOf);

        assertThat(result)
                .isInstanceOfSatisfying(
                        CopyResult.Damaged.class,
                        damaged -> assertThat(damaged.why())
                                .hasMessageContainingAll(
                                        other.id().value(), backup.id().value()));
    }

    @Test
    void aCopyThatCannotBeFetchedIsUnavailableAndFetchedOnce() throws Exception {
        sink.open = () -> {
            opened.incrementAndGet();
            throw new IOException("gateway 504");
        };

        assertThat(read())
                .isInstanceOfSatisfying(
                        CopyResult.Unavailable.class,
                        unavailable -> assertThat(unavailable.why()).hasMessageContaining("gateway 504"));
        assertThat(opened).hasValue(1);
    }

    @Test
    void anErrorOfASinkIsUnavailable() throws Exception {
        sink.open = () -> {
            throw new StackOverflowError();
        };

        assertThat(read()).isInstanceOf(CopyResult.Unavailable.class);
    }

    @Test
    void aTransferWithoutAByteForTooLongIsUnavailable() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        sink.open = () -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        CopyReader impatient =
                new CopyReader(SealedBackups.reader(), getClass().getClassLoader(), line -> {}, Duration.ofMillis(50));

        assertThat(impatient.read(copy(), CopyReaderTest::headerOf))
                .isInstanceOfSatisfying(
                        CopyResult.Unavailable.class,
                        unavailable ->
                                assertThat(unavailable.why()).hasMessageContainingAll("No byte came", "after 0 bytes"));
        released.countDown();
    }

    @Test
    void aReadingThatTheCallerEndsIsUnavailable() throws Exception {
        CountDownLatch fetching = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        sink.open = () -> {
            fetching.countDown();
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    // As a driver may.
                }
            }
        };
        Deadline.Controller end = Deadline.controlled(Duration.ofMinutes(1));
        FutureTask<CopyResult<BackupHeader>> reading =
                new FutureTask<>(() -> reader().read(copy(), end.deadline(), CopyReaderTest::headerOf));
        new Thread(reading).start();
        fetching.await();

        end.expire();

        assertThat(reading.get(10, TimeUnit.SECONDS)).isInstanceOf(CopyResult.Unavailable.class);
        released.countDown();
    }

    @Test
    void fetchesNothingOnceTheReadingHasEnded() throws Exception {
        assertThat(reader().read(copy(), Deadline.after(Duration.ZERO), CopyReaderTest::headerOf))
                .isInstanceOf(CopyResult.Unavailable.class);
        assertThat(opened).hasValue(0);
    }

    @Test
    void endsTheAuthenticationOfALargeBackupToo() throws Exception {
        Spool spool = new Spool();
        spool.write(sink.bytes.get(backup.id().value()));

        assertThatThrownBy(() -> reader().authenticate(spool, Deadline.after(Duration.ZERO)))
                .isInstanceOf(IOException.class)
                .hasMessage(Messages.READING_ENDED);
    }

    @Test
    void aTemporaryFileThatCannotBeRemovedChangesNoResult() throws Exception {
        List<String> warnings = new ArrayList<>();
        Path undeletable = Files.createDirectory(directory.resolve("spool"));
        Files.createFile(undeletable.resolve("occupied"));
        CopyReader warning = new CopyReader(SealedBackups.reader(), getClass().getClassLoader(), warnings::add);

        CopyResult<BackupHeader> result = warning.read(copy(), fetched -> {
            try (fetched) {
                nameSpoolFile(fetched, undeletable);
                return fetched.contents().header();
            }
        });

        assertThat(result).isEqualTo(new CopyResult.Used<>(backup));
        assertThat(warnings).hasSize(1);
    }

    @Test
    void saysWhatItFetchesIfTheStartTakesLong() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        StartProgress progress = new StartProgress(lines::add);
        ClassLoader loader = getClass().getClassLoader();
        CopyReader slow = new CopyReader(SealedBackups.reader(), loader, line -> {}, progress, SpoolPlaces.ofSystem());
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        sink.open = () -> {
            try {
                seen.add(String.valueOf(lines.poll(30, TimeUnit.SECONDS)));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };

        Runnable ended = progress.begin(new Threads(loader));
        CopyResult<BackupHeader> result = slow.read(copy(), CopyReaderTest::headerOf);
        ended.run();

        assertThat(result).isEqualTo(new CopyResult.Used<>(backup));
        assertThat(seen)
                .containsExactly("⏳ Starting, after 2 s: fetching " + Messages.copy(backup, sink.name()) + ", 0 of "
                        + sink.bytes.get(backup.id().value()).length + " bytes so far");
    }

    /** As if the system had not deleted the file while it was open. */
    private static void nameSpoolFile(FetchedBackup fetched, Path name) throws IOException {
        try {
            Field spool = FetchedBackup.class.getDeclaredField("spool");
            Field file = Spool.class.getDeclaredField("name");
            spool.setAccessible(true);
            file.setAccessible(true);
            file.set(spool.get(fetched), name);
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aCopyUnderAnotherKeyIsNotForThisProcess() throws Exception {
        assertThat(reader(SealedBackups.readerWithAnotherKey()).read(copy(), CopyReaderTest::headerOf))
                .isInstanceOfSatisfying(
                        CopyResult.NotForThisProcess.class,
                        failed -> assertThat(failed.why()).isInstanceOf(UnreadableBackupException.WrongKey.class));
    }

    @Test
    void aCopyOfAnotherApplicationIsNotForThisProcess() throws Exception {
        MemorySink shared = new MemorySink("shared");
        BackupHeader ours = SealedBackups.store(shared, 1, 1);
        CatalogEntry.Authenticated copy =
                new CatalogEntry.Authenticated(shared, SealedBackups.entry(shared, ours), ours);

        assertThat(reader(SealedBackups.reader("carts")).read(copy, CopyReaderTest::headerOf))
                .isInstanceOf(CopyResult.NotForThisProcess.class);
    }

    @Test
    void whatTheUseThrowsIsClassifiedToo() throws Exception {
        assertThat(reader().read(copy(), fetched -> {
                    throw new BackupRejectedException("the chain is broken");
                }))
                .isInstanceOf(CopyResult.Rejected.class);
        assertThat(reader().read(copy(), fetched -> {
                    throw new BackupException("no native code");
                }))
                .isInstanceOf(CopyResult.CannotOpenHere.class);
        assertThat(reader().read(copy(), fetched -> {
                    throw new UnreadableBackupException.DamagedPayload("changed in the spool");
                }))
                .isInstanceOf(CopyResult.Damaged.class);
    }

    @Test
    void aRefusalOfTheUsePassesThrough() {
        assertThatThrownBy(() -> reader().read(copy(), fetched -> {
                    throw new RestoreRefusedException("a section that no source claims");
                }))
                .isInstanceOf(RestoreRefusedException.class);
    }

    private CopyResult<BackupHeader> read() throws InterruptedException {
        return reader().read(copy(), CopyReaderTest::headerOf);
    }

    private static BackupHeader headerOf(FetchedBackup fetched) throws IOException {
        try (fetched) {
            return fetched.contents().header();
        }
    }

    private static CopyReader reader() {
        return reader(SealedBackups.reader());
    }

    private static CopyReader reader(BackupReader reader) {
        return new CopyReader(reader, CopyReaderTest.class.getClassLoader(), line -> {});
    }

    private CatalogEntry.Authenticated copy() {
        return new CatalogEntry.Authenticated(sink, SealedBackups.entry(sink, backup), backup);
    }

    private void damagePayload() {
        byte[] held = sink.bytes.get(backup.id().value());
        held[held.length - 1] ^= 1;
    }
}
