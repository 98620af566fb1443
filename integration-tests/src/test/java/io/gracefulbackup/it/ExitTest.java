package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a JVM ends, its state is saved once, its exit code does not change, and the next start restores the state. */
final class ExitTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @ParameterizedTest
    @CsvSource({
        "TERM, 143, ⚠️ Received shutdown signal (15)",
        "INT, 130, ⚠️ Received shutdown signal (2)",
        "HUP, 129, ⚠️ Received shutdown signal (1)"
    })
    void savesOnASignalAndKeepsItsExitCode(String signal, int code, String line) {
        ForkedJvm jvm = hosts.start(CounterHost.class);
        jvm.awaitLine("READY count=3", START_LIMIT);

        jvm.signal(signal);

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(code);
        assertSavedOnce(jvm, line);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "exit, 7, The application exits",
        "exit-in-request, 7, The application exits",
        "return, 0, The application has ended",
        "throw, 1, The application has ended"
    })
    void savesWhenTheApplicationEndsAndKeepsItsExitCode(String ending, int code, String line) {
        ForkedJvm jvm = hosts.start(CounterHost.class, "script=" + ending);
        jvm.awaitLine("READY count=3", START_LIMIT);

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(code);
        assertSavedOnce(jvm, line);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
    void savesOnSystemExitFromAVirtualThread() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "script=exit-in-virtual-thread");
        jvm.awaitLine("READY count=3", START_LIMIT);

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(7);
        assertSavedOnce(jvm, "The application exits");
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void continuesWhenMainThrowsWhileAnotherThreadRuns() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "script=throw-while-a-thread-runs");
        jvm.awaitLine("thrown by main", START_LIMIT);
        assertThat(jvm.isAlive()).isTrue();
        assertThat(jvm.output()).doesNotContain("Auto-backing up");

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertSavedOnce(jvm, "⚠️ Received shutdown signal (15)");
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void savesOnceInEachLifeAndEachLifeContinuesFromTheLast() {
        long sequence = -1;
        for (int life = 0; life < 3; life++) {
            ForkedJvm jvm = hosts.start(CounterHost.class);
            NextStart start = NextStart.of(jvm);
            assertThat(start.count()).isEqualTo(3L * life);
            if (life > 1) {
                assertThat(start.sequence()).isEqualTo(sequence + 1);
            }
            sequence = start.sequence();
            jvm.awaitLine("READY", START_LIMIT);
            jvm.signal("TERM");
            assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        }
    }

    @Test
    void ignoresASecondSignalWhileItSaves() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "source=slow");
        jvm.awaitLine("READY count=3", START_LIMIT);

        jvm.signal("TERM");
        jvm.awaitLine("ACTING source SLOW", EXIT_LIMIT);
        jvm.signal("TERM");
        jvm.signal("INT");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertSavedOnce(jvm, "⚠️ Received shutdown signal (15)");
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void reportsTheRestoredStateAtTheNextStart() {
        ForkedJvm first = hosts.start(CounterHost.class, "script=return");
        assertThat(first.awaitExit(START_LIMIT)).isZero();
        assertThat(first.lines()).anyMatch(line -> line.startsWith("OUTCOME EMPTY"));

        ForkedJvm second = hosts.start(CounterHost.class, "script=return");
        assertThat(second.awaitExit(START_LIMIT)).isZero();

        assertThat(second.lines())
                .anyMatch(line -> line.startsWith("OUTCOME RESTORED"))
                .anyMatch(line -> line.endsWith("✅ Blockchain successfully restored!"));
    }

    @Test
    void leavesNothingButTheBackup() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "script=return", "bytes=20000000");

        assertThat(jvm.awaitExit(START_LIMIT)).isZero();

        assertThat(ForkedHosts.filesUnder(hosts.temporary()))
                .as("the spool is deleted")
                .noneMatch(file -> !file.getFileName().toString().startsWith("libzstd"));
        assertThat(ForkedHosts.filesUnder(hosts.file().getParent()))
                .contains(hosts.file())
                .noneMatch(file -> file.toString().endsWith(".tmp"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.slf4j.jul.JULServiceProvider", "org.slf4j.helpers.NOP_FallbackServiceProvider"})
    void printsEverythingOnStandardErrorWhereTheLoggingBackendMayHaveStopped(String backend) {
        ForkedJvm jvm = hosts.start(hosts.describe(CounterHost.class).jvmArguments("-Dslf4j.provider=" + backend));
        jvm.awaitLine("READY count=3", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(jvm.lines())
                .containsSubsequence(
                        "⚠️ Received shutdown signal (15)",
                        "🔄 Auto-backing up blockchain...",
                        "✅ File backup saved to blocks/blockchain_data.encrypted");
    }

    private static void assertSavedOnce(ForkedJvm jvm, String reason) {
        List<String> lines = jvm.lines().stream()
                .filter(line -> line.contains(reason)
                        || line.contains("🔄 Auto-backing up blockchain...")
                        || line.contains("✅ File backup saved to blocks/blockchain_data.encrypted"))
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains(reason);
        assertThat(lines.get(1)).contains("🔄");
        assertThat(lines.get(2)).contains("✅");
        assertThat(jvm.output()).doesNotContain("❌");
    }
}
