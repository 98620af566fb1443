package io.gracefulbackup.examples.minimal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.ForkedJvm;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises to somebody who follows its quick start: the second run restores what the first one saved. */
@Timeout(120)
class QuickStartTest {
    @TempDir
    Path directory;

    private String run() {
        try (ForkedJvm jvm = ForkedJvm.of(Main.class)
                .directory(directory)
                .environment("SECRET_KEY", "change-me-0123456789")
                .environment("LC_ALL", "C.UTF-8")
                .jvmArguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .start()) {
            assertThat(jvm.awaitExit(Duration.ofSeconds(50))).isZero();
            return jvm.output();
        }
    }

    @Test
    void theSecondRunRestoresWhatTheFirstOneSaved() {
        assertThat(run())
                .contains(
                        "starting empty",
                        "This is start number 1",
                        "✅ File backup saved to blocks/blockchain_data.encrypted");
        assertThat(run()).contains("✅ Blockchain successfully restored!", "This is start number 2");
    }
}
