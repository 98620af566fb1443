package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.testkit.internal.OtherProcess;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file sink is found, whatever the context class loader of the installing thread sees. */
class ContextClassLoaderTest {
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path directory;

    @AfterEach
    void restoreContextClassLoader() {
        Thread.currentThread().setContextClassLoader(before);
    }

    private void assertStoresWith(@Nullable ClassLoader contextClassLoader) {
        Thread.currentThread().setContextClassLoader(contextClassLoader);
        GracefulShutdown backup = OtherProcess.install(GracefulShutdown.builder()
                .source(StateSource.of("text", out -> out.write(1), in -> {}))
                .setting("SECRET_KEY", "a-key-for-tests-0123456789")
                .setting("BACKUP_START", "empty")
                .setting("BACKUP_FILE", directory.resolve("data.enc").toString()));
        try {
            assertThat(backup.backupNow("test").sinks())
                    .filteredOn(result -> result.sink().equals(FileSink.NAME))
                    .singleElement()
                    .isInstanceOf(SinkResult.Stored.class);
        } finally {
            backup.uninstall();
        }
    }

    @Test
    void oneThatSeesNothing() {
        assertStoresWith(new URLClassLoader(new URL[0], null));
    }

    @Test
    void none() {
        assertStoresWith(null);
    }

    @Test
    void oneThatSeesTheSameClasses() {
        assertStoresWith(new URLClassLoader(new URL[0], before));
    }

    @Test
    void oneThatSeesThePlatformOnly() {
        assertStoresWith(ClassLoader.getPlatformClassLoader());
    }
}
