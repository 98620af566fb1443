package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

/** An obstacle is an error of {@code install()}; one that appears later is an error of the store. */
class FileSinkProviderTest extends SinkTest {

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(BackupSinkProvider.class))
                .filteredOn(provider -> provider.name().equals("file"))
                .singleElement()
                .satisfies(provider -> assertThat(provider.settings()).containsExactly("BACKUP_FILE"));
    }

    @Test
    void offSwitchesItOffSilently() {
        assertThat(open("off")).isEqualTo(new Opening.NotConfigured(""));
    }

    @Test
    void hasADefaultInTheWorkingDirectory() {
        assertThat(new FileSinkProvider().open(context))
                .isInstanceOfSatisfying(
                        Opening.Configured.class,
                        opening -> assertThat(opening.sink())
                                .hasToString("FileSink[" + Path.of("blocks", "blockchain_data.encrypted") + "]"));
    }

    @Test
    void createsNothingBeforeTheFirstBackup() throws IOException {
        open(directory.resolve("blocks/data.enc").toString());

        assertThat(names()).isEmpty();
    }

    @Test
    void refusesADirectory() throws IOException {
        Files.createDirectory(main);

        assertRefused().withMessageContaining(main + " is a directory").withMessageContaining("a file in it");
    }

    @Test
    void aDirectoryInItsPlaceIsThereUntilSomebodyMovesIt() throws IOException {
        Files.createDirectory(main);

        assertThatIOException().isThrownBy(this::list).isInstanceOf(PermanentFailureException.class);
    }

    @Test
    void aMissingPermissionIsPermanentAndAFailingDiskIsNot() throws IOException {
        Files.write(main, SyntheticBackup.first().bytes());

        assertThatIOException()
                .isThrownBy(() -> newSink(main, failing(new AccessDeniedException(main.toString())))
                        .list(enough()))
                .isInstanceOf(PermanentFailureException.class)
                .withMessageContaining("permission denied");
        assertThatIOException()
                .isThrownBy(() -> newSink(main, failing(new IOException("Input/output error")))
                        .list(enough()))
                .isNotInstanceOf(PermanentFailureException.class);
    }

    private static TestSinkContext failing(IOException failure) {
        return new TestSinkContext(SyntheticBackup.APPLICATION, new TestSinkContext.Inspector() {
            @Override
            public Inspection inspect(InputStream sealed) throws IOException {
                throw failure;
            }

            @Override
            public Inspection inspectHeader(InputStream sealed) throws IOException {
                throw failure;
            }
        });
    }

    @Test
    void refusesTheRoot() {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> open("/"))
                .withMessageContaining("is a directory");
    }

    @Test
    void refusesASymbolicLink() throws IOException {
        Path real = Files.writeString(directory.resolve("real"), "precious");
        Files.createSymbolicLink(main, real);

        assertRefused()
                .withMessageContaining(
                        main + " is a symbolic link to " + real + "; point BACKUP_FILE at the real file");

        assertThat(real).hasContent("precious");
    }

    @Test
    void refusesADanglingLink() throws IOException {
        Files.createSymbolicLink(main, directory.resolve("nowhere"));

        assertRefused().withMessageContaining("is a symbolic link");
    }

    @Test
    void refusesAParentThatIsAFile() throws IOException {
        Path blocks = Files.writeString(directory.resolve("blocks"), "");
        main = blocks.resolve("deep/data.enc");
        sink = newSink(main, context);

        assertRefused().withMessageContaining(blocks + " is a file").withMessageContaining(main.toString());
    }

    @Test
    void refusesAParentThatLeadsNowhere() throws IOException {
        Path blocks = Files.createSymbolicLink(directory.resolve("blocks"), directory.resolve("not-mounted"));
        main = blocks.resolve("data.enc");
        sink = newSink(main, context);

        assertRefused()
                .withMessageContaining(blocks + " is a symbolic link to " + directory.resolve("not-mounted"))
                .withMessageContaining("does not exist");
    }

    @Test
    void aLinkToADirectoryIsFine() throws IOException {
        Files.createSymbolicLink(directory.resolve("blocks"), Files.createDirectory(directory.resolve("disk")));
        main = directory.resolve("blocks/data.enc");
        sink = newSink(main, context);

        store(SyntheticBackup.first());

        assertThat(list()).hasSize(1);
        assertThat(directory.resolve("disk/data.enc")).exists();
    }

    @Test
    void refusesATextThatIsNoPath() {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> open("a\0b"))
                .withMessageContaining("not a path");
    }

    @Test
    void onAnEphemeralDiskItOutlivesTheInstanceOnlyOnAMount() {
        assertThat(sink.outlivesInstance()).isTrue();
        context.ephemeralDisk(true);
        assertThat(newSink(Path.of("/proc/data.enc"), context).outlivesInstance())
                .isTrue();
        assertThat(newSink(Path.of("/not/there/data.enc"), context).outlivesInstance())
                .isFalse();
    }

    private Opening open(String file) {
        context.set("BACKUP_FILE", file);
        return new FileSinkProvider().open(context);
    }

    /** Asserts that the provider refuses it, and that {@code store} and {@code list} do if it appears after the start. */
    private ThrowableAssertAlternative<BackupConfigurationException> assertRefused() {
        assertThatIOException()
                .isThrownBy(() -> store(SyntheticBackup.first()))
                .isInstanceOfAny(PermanentFailureException.class, FileSinkException.class);
        assertThatIOException()
                .isThrownBy(this::list)
                .isInstanceOfAny(PermanentFailureException.class, FileSinkException.class);
        return assertThatExceptionOfType(BackupConfigurationException.class).isThrownBy(() -> open(main.toString()));
    }
}
