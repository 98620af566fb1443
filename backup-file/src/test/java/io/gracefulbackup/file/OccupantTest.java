package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sink does with a file that already has the configured name. */
class OccupantTest extends SinkTest {

    @Test
    void theAncestorGetsItsOwnNameUntilRetentionDeletesIt() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup fresh = old.next();
        store(old);

        store(fresh);

        assertThat(read(main)).isEqualTo(fresh.header());
        assertThat(read(side(old))).isEqualTo(old.header());
        assertThat(names()).hasSize(2);
        assertThat(context.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theAncestorIsMovedWhereThereAreNoHardLinks(boolean known) throws IOException {
        sink = newSink(main, context, (link, existing) -> {
            if (known) {
                throw new UnsupportedOperationException();
            }
            throw new FileSystemException(link.toString(), existing.toString(), "Operation not permitted");
        });
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup fresh = old.next();
        store(old);

        store(fresh);

        assertThat(read(main)).isEqualTo(fresh.header());
        assertThat(read(side(old))).isEqualTo(old.header());
    }

    @Test
    void theOldBackupKeepsItsNameUntilItIsReplaced() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        FileSink dying = newSink(main, context, (link, existing) -> {
            assertThat(read(main)).isEqualTo(old.header());
            Files.createLink(link, existing);
            throw new AssertionError("the process dies here");
        });
        assertThatThrownBy(() -> dying.store(old.next(), enough())).hasMessage("the process dies here");
        assertThat(read(main)).isEqualTo(old.header());

        SyntheticBackup later = old.next();
        store(later);

        assertThat(read(main)).isEqualTo(later.header());
        assertThat(read(side(old))).isEqualTo(old.header());
        assertThat(names()).hasSize(2);
    }

    @Test
    void anOlderBackupIsStoredBesideTheNewerOne() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup fresh = old.next();
        store(fresh);

        StoredBackup stored = store(old);

        assertThat(stored.location()).isEqualTo(side(old).toString());
        assertThat(stored.lines())
                .singleElement()
                .asString()
                .contains("File backup saved to " + side(old) + ", because " + main + " holds the newer "
                        + fresh.header().id() + " (epoch 1, sequence 2)");
        assertThat(read(main)).isEqualTo(fresh.header());
        assertThat(read(side(old))).isEqualTo(old.header());
        assertThat(context.warnings()).isEmpty();
        assertThat(store(old).location()).isEqualTo(side(old).toString());
        assertThat(names()).hasSize(2);
    }

    @Test
    void keepsAndReportsBothSidesOfAFork() throws IOException {
        SyntheticBackup mine = SyntheticBackup.unrelated(1, 7);
        SyntheticBackup other = SyntheticBackup.unrelated(2, 3);
        store(mine);

        store(other);

        assertThat(read(main)).isEqualTo(other.header());
        assertThat(read(side(mine))).isEqualTo(mine.header());
        assertThat(context.warnings())
                .singleElement()
                .asString()
                .contains(mine.header().id().value(), other.header().id().value(), "both are kept")
                .contains(side(mine).toString());
    }

    @Test
    void keepsAndReportsAnOlderFork() throws IOException {
        SyntheticBackup mine = SyntheticBackup.unrelated(1, 7);
        SyntheticBackup other = SyntheticBackup.unrelated(1, 6);
        store(mine);

        assertThat(store(other).location()).isEqualTo(side(other).toString());

        assertThat(read(main)).isEqualTo(mine.header());
        assertThat(context.warnings()).singleElement().asString().contains("as " + side(other));
    }

    @Test
    void aDamagedOccupantIsMovedAside() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        damage(main);
        SyntheticBackup fresh = old.next();

        store(fresh);

        assertThat(read(main)).isEqualTo(fresh.header());
        assertThat(names()).containsExactly("data.enc", "data.enc.damaged");
        assertThat(context.warnings())
                .containsExactly(
                        main + " is a damaged backup: its checksum is wrong; it is kept as " + main + ".damaged");
    }

    @Test
    void filesMovedAsideGetDistinctNames() throws IOException {
        for (int round = 0; round < 3; round++) {
            Files.writeString(main, "the Python program's file, number " + round);
            store(SyntheticBackup.first());
            Files.delete(main);
        }

        assertThat(names()).containsExactly("data.enc.foreign", "data.enc.foreign-2", "data.enc.foreign-3");
        assertThat(directory.resolve("data.enc.foreign")).hasContent("the Python program's file, number 0");
        assertThat(directory.resolve("data.enc.foreign-3")).hasContent("the Python program's file, number 2");
    }

    @Test
    void aBackupUnderAnUnknownKeyIsMovedAside() throws IOException {
        SyntheticBackup locked = SyntheticBackup.withUnknownKey();
        Files.write(main, locked.bytes());

        store(SyntheticBackup.first());

        assertThat(directory.resolve("data.enc.foreign")).hasBinaryContent(locked.bytes());
        assertThat(context.warnings()).singleElement().asString().contains("SECRET_KEY_PREVIOUS", "lost");
    }

    // ---- applications that share the file

    @Test
    void aBackupOfAnotherApplicationKeepsItsName() throws IOException {
        SyntheticBackup others = SyntheticBackup.of("other", 7, 1000);
        Files.write(main, others.bytes());
        SyntheticBackup mine = SyntheticBackup.first();

        StoredBackup stored = store(mine);

        assertThat(main).hasBinaryContent(others.bytes());
        assertThat(stored.location()).isEqualTo(side(mine).toString());
        assertThat(stored.lines())
                .singleElement()
                .asString()
                .contains("because " + main + " holds a backup of the application \"other\"", "BACKUP_FILE of its own");
        assertThat(list())
                .extracting(StoredBackup::location)
                .containsExactly(side(mine).toString());
        assertThat(names()).hasSize(2);
    }

    @Test
    void theOtherApplicationGoesOnWhereItWas() throws IOException {
        FileSink others = newSink(main, new TestSinkContext("other", SyntheticBackup.INSPECTOR), Files::createLink);
        others.store(SyntheticBackup.of("other", 1, 1000), enough());
        SyntheticBackup mine = SyntheticBackup.first();
        store(mine);
        store(mine.next());

        assertThat(list()).hasSize(2);
        assertThat(read(main).application()).isEqualTo("other");
    }

    @Test
    void showsTheNewestBackupOfEachOtherApplication() throws IOException {
        SyntheticBackup newest = SyntheticBackup.of("other", 7, 1000);
        SyntheticBackup third = SyntheticBackup.of("third", 1, 1000);
        SyntheticBackup older = SyntheticBackup.of("other", 6, 1000);
        Files.write(main, older.bytes());
        Files.write(side(newest), newest.bytes());
        Files.write(side(third), third.bytes());
        store(SyntheticBackup.first());

        assertThat(sink.listOthers(enough()))
                .containsExactlyInAnyOrder(
                        StoredBackup.at(side(newest).toString(), StoredBackup.Hint.of(newest.header(), 1000)),
                        StoredBackup.at(side(third).toString(), StoredBackup.Hint.of(third.header(), 1000)));
    }

    @Test
    void showsTenOtherApplicationsAtMost() throws IOException {
        for (int i = 0; i < 15; i++) {
            SyntheticBackup backup = SyntheticBackup.of("other-" + i, 1, 1000);
            Files.write(side(backup), backup.bytes());
        }

        assertThat(sink.listOthers(enough())).hasSize(10);
    }

    @Test
    void whatIsOnesOwnDamagedOrNoBackupIsNotAnotherApplications() throws IOException {
        Files.writeString(main, "something else");
        SyntheticBackup damaged = SyntheticBackup.first();
        Files.writeString(side(damaged), "synthetic key but then nothing");
        SyntheticBackup mine = SyntheticBackup.first();
        Files.write(side(mine), mine.bytes());

        assertThat(sink.listOthers(enough())).isEmpty();
    }

    @Test
    void theBackupOfAnotherApplicationCanBeOpened() throws IOException {
        SyntheticBackup others = SyntheticBackup.of("other", 7, 1000);
        Files.write(main, others.bytes());

        try (InputStream in = sink.open(sink.listOthers(enough()).get(0), enough())) {
            assertThat(in.readAllBytes()).isEqualTo(others.bytes());
        }
    }

    @Test
    void aForeignFileKeepsItsNameUntilItIsReplaced() throws IOException {
        Files.write(main, SyntheticBackup.withUnknownKey().bytes());
        FileSink dying = newSink(main, context, (link, existing) -> {
            Files.createLink(link, existing);
            throw new AssertionError("the process dies here");
        });
        assertThatThrownBy(() -> dying.store(SyntheticBackup.first(), enough())).hasMessage("the process dies here");
        assertThat(list()).hasSize(1);

        store(SyntheticBackup.first());

        assertThat(names()).containsExactly("data.enc", "data.enc.foreign");
    }

    @Test
    void somethingElseUnderTheAncestorsNameIsMovedAside() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        Files.writeString(side(old), "synthetic, but damaged");
        SyntheticBackup fresh = old.next();

        store(fresh);

        assertThat(read(main)).isEqualTo(fresh.header());
        assertThat(read(side(old))).isEqualTo(old.header());
        assertThat(Path.of(side(old) + ".foreign")).hasContent("synthetic, but damaged");
    }

    @Test
    void anotherBackupUnderTheAncestorsNameIsMovedAside() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup stranger = SyntheticBackup.unrelated(9, 9);
        store(old);
        Files.write(side(old), stranger.bytes());

        store(old.next());

        assertThat(read(side(old))).isEqualTo(old.header());
        assertThat(read(Path.of(side(old) + ".foreign"))).isEqualTo(stranger.header());
    }

    @Test
    void aBackupIsSavedBesideAnOccupantThatCannotBeRead() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        inspector.failsToRead.set(true);
        SyntheticBackup fresh = old.next();

        StoredBackup stored = store(fresh);

        assertThat(stored.location()).isEqualTo(side(fresh).toString());
        assertThat(stored.lines()).singleElement().asString().contains("cannot be read: Input/output error");
        assertThat(read(main)).isEqualTo(old.header());
        assertThat(read(side(fresh))).isEqualTo(fresh.header());
    }

    @Test
    void anUnchangedOccupantIsReadOnce() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        Files.write(main, old.bytes());
        makeOld(main);
        store(old);
        assertThat(inspector.inspections.drainPermits()).isEqualTo(1);

        store(old.next());

        assertThat(inspector.inspections.drainPermits()).isZero();
    }

    @Test
    void aFileThatTheSinkStoredIsNotReadAgain() throws IOException {
        InstantSource later = () -> InstantSource.system().instant().plusSeconds(60);
        sink = newSink(main, context, Files::createLink, later);
        SyntheticBackup old = SyntheticBackup.first();
        store(old);

        store(old.next());

        assertThat(inspector.inspections.availablePermits()).isZero();
    }

    @Test
    void aChangedOccupantIsReadAgain() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        Files.write(main, old.bytes());
        makeOld(main);
        store(old);
        damage(main);

        store(old.next());

        assertThat(names()).containsExactly("data.enc", "data.enc.damaged");
    }

    @Test
    void anOccupantWithARecentTimestampIsReadAgain() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        FileTime time = Files.getLastModifiedTime(main);
        damage(main);
        Files.setLastModifiedTime(main, time);

        store(old.next());

        assertThat(names()).contains("data.enc.damaged");
    }

    @Test
    void aRestoredBackupIsNotReadAgainAtTheExit() throws Exception {
        SyntheticBackup old = SyntheticBackup.first();
        Files.write(main, old.bytes());
        makeOld(main);
        try (InputStream in = sink.open(list().get(0), enough())) {
            assertThat(in.readAllBytes()).isEqualTo(old.bytes());
        }
        assertThat(inspector.inspections.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        awaitAuthenticated();

        store(old.next());

        assertThat(inspector.inspections.availablePermits()).isZero();
    }

    @Test
    void readingOnlyTheHeaderAuthenticatesNothing() throws Exception {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        awaitAuthenticated();
        inspector.inspections.drainPermits();
        try (InputStream in = sink.open(list().get(0), enough())) {
            assertThat(in.read()).isEqualTo(old.bytes()[0]);
        }

        assertThat(threads("graceful-backup-file-authenticate")).isEmpty();
        assertThat(inspector.inspections.availablePermits()).isZero();
    }

    private static void awaitAuthenticated() throws InterruptedException {
        for (Thread thread : threads("graceful-backup-file-authenticate")) {
            thread.join(30_000);
        }
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }

    private static void makeOld(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 100] ^= 1;
        Files.write(file, bytes);
    }
}
