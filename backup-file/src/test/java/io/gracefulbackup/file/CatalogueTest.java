package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code list}, {@code open} and {@code delete}. */
class CatalogueTest extends SinkTest {

    @Test
    void listsNothingWithoutADirectory() throws IOException {
        Path deep = directory.resolve("not/yet/data.enc");

        assertThat(newSink(deep, context).list(enough()))
                .isEqualTo(io.gracefulbackup.spi.Listing.of(java.util.List.of()));
        assertThat(directory.resolve("not")).doesNotExist();
    }

    @Test
    void listsTheFileAndThoseBesideIt() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup fresh = old.next();
        store(old);
        store(fresh);

        assertThat(list())
                .containsExactly(
                        StoredBackup.at(main.toString(), Hint.of(fresh.header(), fresh.size())),
                        StoredBackup.at(side(old).toString(), Hint.of(old.header(), old.size())));
    }

    @Test
    void damagedAndLockedEntriesAreListedWithoutAHint() throws IOException {
        SyntheticBackup damaged = SyntheticBackup.first();
        Files.writeString(side(damaged), "synthetic key but then nothing");
        Files.write(main, SyntheticBackup.withUnknownKey().bytes());

        assertThat(list())
                .containsExactly(
                        StoredBackup.at(main.toString(), null),
                        StoredBackup.at(side(damaged).toString(), null));
    }

    @Test
    void reportsAForeignFileInsteadOfListingIt() throws IOException {
        Files.writeString(main, "{\"blocks\": []}");

        assertThat(list()).isEmpty();

        assertThat(context.warnings()).singleElement().asString().contains(main.toString(), "not a backup");
    }

    @Test
    void saysWhereItIsWithAnAbsolutePath() {
        assertThat(newSink(Path.of("blocks", "..", "data.enc"), context).place())
                .isEqualTo(Path.of("").toAbsolutePath().resolve("data.enc").toString());
    }

    @Test
    void otherNamesAreNotListed() throws IOException {
        SyntheticBackup backup = SyntheticBackup.first();
        for (String name : new String[] {
            "data.enc.damaged", "data.enc.foreign-2", "data.enc." + "g".repeat(32), "other", "data.enc.bak"
        }) {
            Files.write(directory.resolve(name), backup.bytes());
        }

        assertThat(list()).isEmpty();
    }

    @Test
    void anUnreadableFileIsAnErrorNotAnAbsence() throws IOException {
        store(SyntheticBackup.first());
        inspector.failsToRead.set(true);

        assertThatIOException().isThrownBy(this::list).withMessageContaining(main.toString());
    }

    @Test
    void opensListedEntries() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup fresh = old.next();
        store(old);
        store(fresh);

        try (InputStream newest = sink.open(list().get(0), enough());
                InputStream older = sink.open(list().get(1), enough())) {
            assertThat(newest.readAllBytes()).isEqualTo(fresh.bytes());
            assertThat(older.readAllBytes()).isEqualTo(old.bytes());
        }
    }

    @Test
    void anInterruptDoesNotBreakAReader() throws IOException {
        SyntheticBackup backup = SyntheticBackup.first();
        store(backup);
        Thread.currentThread().interrupt();
        try (InputStream in = sink.open(StoredBackup.at(main.toString(), null), enough())) {
            assertThat(in.readAllBytes()).isEqualTo(backup.bytes());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "data.enc", "../data.enc", "data.enc.damaged"})
    void refusesLocationsThatAreNotItsOwn(String location) throws IOException {
        StoredBackup entry = StoredBackup.at(location, null);

        assertThatIOException().isThrownBy(() -> sink.open(entry, enough())).withMessageContaining("is not a location");
        assertThatIOException()
                .isThrownBy(() -> sink.delete(entry, enough()))
                .withMessageContaining("is not a location");
    }

    @Test
    void doesNotFollowSymbolicLinks() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Files.createSymbolicLink(main, secret);

        assertThatIOException()
                .isThrownBy(() -> sink.open(StoredBackup.at(main.toString(), null), enough()))
                .withMessageContaining("symbolic link");
    }

    @Test
    void deletesTheGivenEntry() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup fresh = old.next();
        store(old);
        store(fresh);
        StoredBackup entry = list().get(1);

        sink.delete(entry, enough());
        sink.delete(entry, enough());

        assertThat(names()).containsExactly("data.enc");
        assertThat(read(main)).isEqualTo(fresh.header());
    }

    @Test
    void deletesTheConfiguredFileWhenItIsStillTheSameBackup() throws IOException {
        store(SyntheticBackup.first());
        StoredBackup entry = list().get(0);

        sink.delete(entry, enough());
        sink.delete(entry, enough());

        assertThat(names()).isEmpty();
    }

    @Test
    void doesNotDeleteABackupThatHasReplacedTheListedOne() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        SyntheticBackup fresh = old.next();
        store(old);
        StoredBackup entry = list().get(0);
        store(fresh);

        sink.delete(entry, enough());

        assertThat(read(main)).isEqualTo(fresh.header());
    }

    @Test
    void doesNotDeleteTheConfiguredFileForAnEntryWithoutAHint() throws IOException {
        store(SyntheticBackup.first());

        assertThatIOException()
                .isThrownBy(() -> sink.delete(StoredBackup.at(main.toString(), null), enough()))
                .withMessageContaining("is not what was listed");

        assertThat(main).exists();
    }

    @Test
    void deletingWithoutADirectorySucceeds() throws IOException {
        Path deep = directory.resolve("not/yet/data.enc");

        newSink(deep, context).delete(StoredBackup.at(deep.toString(), null), enough());

        assertThat(directory.resolve("not")).doesNotExist();
    }
}
