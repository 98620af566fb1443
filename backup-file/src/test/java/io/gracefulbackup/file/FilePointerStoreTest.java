package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStoreProvider;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pointers are kept in a file beside the backup, which is never mistaken for one. */
final class FilePointerStoreTest extends SinkTest {
    private static final String ID = "00000000000000000000000000000001";

    private PointerStore store;
    private Path file;

    @BeforeEach
    void createStore() {
        store = open().orElseThrow();
        file = directory.resolve("data.enc.pointers");
    }

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(PointerStoreProvider.class))
                .hasAtLeastOneElementOfType(FilePointerStoreProvider.class);
    }

    @Test
    void isOffWithTheFileSink() {
        context.set("BACKUP_FILE", "off");

        assertThat(new FilePointerStoreProvider().open(context)).isEmpty();
    }

    @Test
    void keepsValues() throws IOException {
        assertThat(store.load("BACKUP_LATEST", enough())).isEmpty();

        store.save("BACKUP_LATEST", "1.2.abc", enough());
        store.save("PINATA_LATEST_CID", "Qm=x", enough());
        store.save("BACKUP_LATEST", "1.3.abc", enough());

        assertThat(open().orElseThrow().load("BACKUP_LATEST", enough())).contains("1.3.abc");
        assertThat(store.load("PINATA_LATEST_CID", enough())).contains("Qm=x");
        assertThat(file)
                .hasContent("%1$s.BACKUP_LATEST=1.3.abc\n%1$s.PINATA_LATEST_CID=Qm=x\n"
                        .formatted(SyntheticBackup.APPLICATION));
        assertThat(names()).containsExactly("data.enc.pointers");
    }

    @Test
    void onlyTheOwnerCanReadIt() throws IOException {
        store.save("BACKUP_LATEST", "x", enough());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void theSinkIgnoresThePointerFile() throws IOException {
        store.save("BACKUP_LATEST", "x", enough());
        Files.writeString(directory.resolve(".data.enc.pointers.tmp"), "left by a killed writer");
        assertThat(list()).isEmpty();

        store(SyntheticBackup.first());
        store(SyntheticBackup.first().next());

        assertThat(list()).extracting(entry -> entry.location()).noneMatch(name -> name.contains("pointers"));
        assertThat(context.warnings()).noneMatch(line -> line.contains("pointers"));
        assertThat(store.load("BACKUP_LATEST", enough())).contains("x");
        store.save("BACKUP_LATEST", "y", enough());
        assertThat(store.load("BACKUP_LATEST", enough())).contains("y");
    }

    @Test
    void createsTheDirectory() throws IOException {
        main = directory.resolve("deep/er/data.enc");

        open().orElseThrow().save("BACKUP_LATEST", "x", enough());

        assertThat(directory.resolve("deep/er/data.enc.pointers")).exists();
    }

    @Test
    void concurrentWritersLoseNoValue() throws IOException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "NAME_" + i;
            writers.add(threads.submit(() -> {
                open().orElseThrow().save(name, "value", enough());
                return null;
            }));
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        threads.shutdown();

        assertThat(file).content().hasLineCount(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no pointers", "=value", "A=1\n\nB=2"})
    void aMalformedFileIsAnErrorNotAnAbsence(String content) throws IOException {
        Files.writeString(file, content);

        assertThatIOException()
                .isThrownBy(() -> store.load("BACKUP_LATEST", enough()))
                .withMessageContaining(file + " has a line that is not NAME=value; move the file away");
        assertThat(file).hasContent(content);
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "precious");
        Files.createSymbolicLink(file, other);

        assertThatIOException().isThrownBy(() -> store.load("BACKUP_LATEST", enough()));
        assertThatIOException().isThrownBy(() -> store.save("BACKUP_LATEST", "x", enough()));
        assertThat(other).hasContent("precious");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nB=c", "a\r", " a", ""})
    void refusesValuesThatAreNotOneLine(String value) {
        assertThatIOException().isThrownBy(() -> store.save("BACKUP_LATEST", value, enough()));
    }

    @Test
    void outlivesTheInstanceAsTheFileDoes() {
        assertThat(store.outlivesInstance()).isTrue();
        context.ephemeralDisk(true);
        assertThat(store.outlivesInstance()).isEqualTo(sink.outlivesInstance());
    }

    // ---- applications that share the file

    @Test
    void keepsTheValuesOfEachApplication() throws IOException {
        PointerStore other = openAs("other");
        store.save("BACKUP_LATEST", "own", enough());
        other.save("BACKUP_LATEST", "of the other", enough());
        other.save("BACKUP_RECEIPT", "of the other", enough());

        assertThat(store.load("BACKUP_LATEST", enough())).contains("own");
        assertThat(store.load("BACKUP_RECEIPT", enough())).isEmpty();
        assertThat(other.load("BACKUP_LATEST", enough())).contains("of the other");
    }

    @Test
    void anApplicationWhoseNameBeginsWithThatOfAnotherIsAnother() throws IOException {
        openAs("a.BACKUP_LATEST").save("X", "1", enough());
        openAs("a.b").save("BACKUP_LATEST", "2", enough());

        assertThat(openAs("a").load("BACKUP_LATEST", enough())).isEmpty();
        assertThat(openAs("a.b").load("BACKUP_LATEST", enough())).contains("2");
        assertThat(openAs("a").otherApplications(enough())).containsExactlyInAnyOrder("a.BACKUP_LATEST", "a.b");
    }

    @Test
    void namesTheOtherApplications() throws IOException {
        assertThat(store.otherApplications(enough())).isEmpty();

        store.save("BACKUP_LATEST", "own", enough());
        openAs("other").save("BACKUP_RECEIPT", "of the other", enough());

        assertThat(store.otherApplications(enough())).containsExactly("other");
    }

    @Test
    void linesOfAnOlderVersionAreOnesOwn() throws IOException {
        Files.writeString(file, "BACKUP_LATEST=1.2." + ID + "\nPINATA_LATEST_CID=Qm\n");

        assertThat(store.load("BACKUP_LATEST", enough())).contains("1.2." + ID);
        assertThat(store.load("PINATA_LATEST_CID", enough())).contains("Qm");

        store.save("BACKUP_LATEST", "1.3." + ID, enough());

        assertThat(store.load("BACKUP_LATEST", enough())).contains("1.3." + ID);
        assertThat(store.load("PINATA_LATEST_CID", enough())).contains("Qm");
        assertThat(openAs("other").load("PINATA_LATEST_CID", enough())).isEmpty();
    }

    @Test
    void linesWithoutAnApplicationBelongToTheOneThatTheirPointerNames() throws IOException {
        Files.writeString(file, "BACKUP_LATEST=1.2." + ID + ".other\nPINATA_LATEST_CID=Qm\n");

        assertThat(store.load("BACKUP_LATEST", enough())).isEmpty();
        assertThat(store.load("PINATA_LATEST_CID", enough())).isEmpty();

        store.save("BACKUP_LATEST", "1.1." + ID, enough());

        assertThat(openAs("other").load("PINATA_LATEST_CID", enough())).contains("Qm");
    }

    private Optional<PointerStore> open() {
        context.set("BACKUP_FILE", main.toString());
        return new FilePointerStoreProvider().open(context);
    }

    private PointerStore openAs(String application) {
        return new FilePointerStoreProvider()
                .open(new TestSinkContext(application).set("BACKUP_FILE", main.toString()))
                .orElseThrow();
    }
}
