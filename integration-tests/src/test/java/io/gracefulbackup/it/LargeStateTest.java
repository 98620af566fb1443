package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.Counter;
import io.gracefulbackup.it.hosts.LargeHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Memory does not grow with the state: a JVM of 96 MiB saves and restores a state that exceeds its heap. */
final class LargeStateTest {
    private static final long MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void savesAndRestores64MebibytesWithASmallHeap() throws IOException {
        saveAndRestore(64 * MIB);
    }

    @Test
    @Tag("slow")
    void savesAndRestoresOneGibibyteWithASmallHeap() throws IOException {
        saveAndRestore(1024 * MIB);
    }

    private void saveAndRestore(long bytes) throws IOException {
        ForkedJvm first = start(bytes);
        first.awaitLine("READY", ForkedHosts.START_LIMIT);
        long start = System.nanoTime();
        first.signal("TERM");
        String written = first.awaitLine("WROTE ", LIMIT).substring("WROTE ".length());
        hosts.assertNoFileContains(Counter.MARKER); // while the spool exists
        assertThat(first.awaitExit(LIMIT)).isEqualTo(143);
        Duration saving = Duration.ofNanos(System.nanoTime() - start);
        assertThat(first.output()).contains("✅ File backup saved").doesNotContain("OutOfMemory");
        assertThat(Files.size(hosts.file())).isGreaterThan(bytes);

        ForkedJvm second = start(bytes);
        start = System.nanoTime();
        second.awaitLine("READ " + written, LIMIT);
        second.awaitLine("READY", LIMIT);
        Duration restoring = Duration.ofNanos(System.nanoTime() - start);
        second.kill();
        System.out.println("Large state: " + bytes / MIB + " MiB with -Xmx96m saved in " + saving.toMillis()
                + " ms, restored in " + restoring.toMillis() + " ms from the start of the JVM, " + written);
    }

    private ForkedJvm start(long bytes) {
        return hosts.start(hosts.describeOptimizing(LargeHost.class, "seed=" + 42, "bytes=" + bytes)
                .jvmArguments("-Xmx96m")
                .environment("BACKUP_TIMEOUT", LIMIT.toSeconds() + "s"));
    }
}
