package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules of the sinks are not on the class path of these tests. */
class UnusedProvidersTest {
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final MemorySink sink = new MemorySink("memory");

    @TempDir
    Path directory;

    @AfterEach
    void restoreContextClassLoader() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** Reads the setting, and says so or not. */
    private record Reader(MemorySink sink, Set<String> settings) implements BackupSinkProvider {
        @Override
        public String name() {
            return sink.name();
        }

        @Override
        public Opening open(SinkContext context) {
            if (settings.isEmpty()) {
                assertThat(context.secret("DATABASE_URL")).isPresent();
            }
            return new Opening.Configured(sink);
        }
    }

    private GracefulShutdown.Builder builder() {
        return App.builder()
                .application("unused-providers")
                .source(App.text("text", () -> "", read -> {}))
                .setting("DATABASE_URL", "postgres://u:canary@h/x");
    }

    @Test
    void aSettingWithoutItsModuleIsAnErrorIfAllSinksAreRequired() {
        assertThatThrownBy(() -> builder().sink(sink).requireAllSinks().install())
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("DATABASE_URL is set, but nothing reads it")
                .hasMessageContaining("io.gracefulbackup:backup-postgres is not on the class path")
                .hasMessageNotContaining("canary");
    }

    @Test
    void andIfThereIsNoSinkAtAll() {
        assertThatThrownBy(() -> builder().install())
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("DATABASE_URL is set, but nothing reads it")
                .hasMessageContaining("No sink is configured");
    }

    @Test
    void theLostServiceFileIsToldFromTheMissingModule() throws IOException {
        Path module = Files.createDirectories(directory.resolve("io/gracefulbackup/postgres"));
        Files.createFile(module.resolve("PostgresSinkProvider.class"));
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));

        assertThatThrownBy(() -> builder().sink(sink).requireAllSinks().install())
                .hasMessageContaining("merge META-INF/services");
    }

    @Test
    void ignoreSettingSilencesIt() {
        builder()
                .sink(sink)
                .requireAllSinks()
                .ignoreSetting("DATABASE_URL")
                .install()
                .uninstall();
    }

    @Test
    void aProviderThatNamesTheSettingReadsIt() {
        builder()
                .provider(new Reader(sink, Set.of("DATABASE_URL")))
                .requireAllSinks()
                .install()
                .uninstall();
    }

    @Test
    void soDoesOneThatAsksForIt() {
        builder()
                .provider(new Reader(sink, Set.of()))
                .requireAllSinks()
                .install()
                .uninstall();
    }

    @Test
    void anIsolatedBuilderUsesItsOwnSinks() {
        builder().isolated().sink(sink).requireAllSinks().install().uninstall();
    }
}
