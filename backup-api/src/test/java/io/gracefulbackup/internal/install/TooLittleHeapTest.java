package io.gracefulbackup.internal.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.TooLittleHeapException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A first start opens no backup, so nothing but a check tells that the exit could not seal one. */
@Timeout(120)
class TooLittleHeapTest {
    @ParameterizedTest
    @ValueSource(ints = {32, 48, 64})
    void refusesAFirstStartThatCouldNotSaveAtItsExit(int mebibytes) throws Exception {
        assertThat(startWithHeapOf(mebibytes))
                .startsWith("refused: Argon2id needs 64 MiB of heap")
                .contains("its maximum heap is", "Raise -Xmx");
    }

    private static String startWithHeapOf(int mebibytes) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + mebibytes + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Host.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    /** Starts, and prints how that ended. */
    static final class Host {
        private Host() {}

        public static void main(String[] arguments) {
            try {
                App.start(new MemorySink("memory")).close();
                System.out.println("started");
            } catch (BackupException refused) {
                System.out.println(
                        (refused instanceof TooLittleHeapException ? "refused: " : "failed: ") + refused.getMessage());
            }
        }
    }
}
