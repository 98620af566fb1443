package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.it.hosts.LosingBackend;
import io.gracefulbackup.it.hosts.StoppingBackendHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of the logging backend, people read how an exit ended: each line once, if the backend writes it or not. */
final class LoggingBackendsTest {
    private static final String SIMPLE = "org.slf4j.simple.SimpleServiceProvider";
    private static final String JUL = "org.slf4j.jul.JULServiceProvider";
    private static final String NONE = "org.slf4j.helpers.NOP_FallbackServiceProvider";
    private static final String LOGBACK = "ch.qos.logback.classic.spi.LogbackServiceProvider";
    private static final String LOG4J = "org.apache.logging.slf4j.SLF4JServiceProvider";
    private static final String LOSING = "io.gracefulbackup.it.hosts.LosingBackend";

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private ForkedJvm.Builder describe(Class<?> host, String backend) {
        return hosts.describe(host, "script=return").jvmArguments("-Dslf4j.provider=" + backend);
    }

    private List<String> run(ForkedJvm.Builder description) {
        ForkedJvm jvm = hosts.start(description);
        assertThat(jvm.awaitExit(START_LIMIT.plus(EXIT_LIMIT))).isZero();
        return jvm.lines();
    }

    private static void assertEachOnce(List<String> lines) {
        for (String line : List.of(
                "⚠️ The application has ended",
                "🔄 Auto-backing up blockchain...",
                "✅ File backup saved to blocks/blockchain_data.encrypted")) {
            assertThat(lines)
                    .filteredOn(printed -> printed.contains(line))
                    .as(line)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMPLE, NONE, LOSING})
    void everyLineOfAnExitIsPrintedOnce(String backend) {
        assertThat(LosingBackend.class.getName()).isEqualTo(LOSING);

        assertEachOnce(run(describe(CounterHost.class, backend)));
    }

    /** The build may have these backends on the class path of the tests, or not. */
    @ParameterizedTest
    @ValueSource(strings = {LOGBACK, LOG4J})
    void anExitIsReadThoughItsBackendStopsFirst(String backend) {
        assumeTrue(isOnTheClassPath(backend), backend);

        List<String> lines = run(describe(StoppingBackendHost.class, backend));

        assertThat(lines).noneMatch(line -> line.startsWith("NOT STOPPED"));
        assertThat(lines).anyMatch(line -> line.equals("✅ File backup saved to blocks/blockchain_data.encrypted"));
    }

    private static boolean isOnTheClassPath(String provider) {
        return LoggingBackendsTest.class.getResource("/" + provider.replace('.', '/') + ".class") != null;
    }

    @Test
    void aWarningOfTheStartIsPrintedWithoutABackend() {
        assertThat(run(describe(CounterHost.class, NONE).environment("BACKUP_COLOR", "red")))
                .anyMatch(line -> line.startsWith("⚠️ BACKUP_COLOR is not a setting"));
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMPLE, JUL, NONE})
    void aConsoleWithoutSignsReadsTheSeverityInWords(String backend) {
        assertThat(run(describe(CounterHost.class, backend).environment("LC_ALL", "C")))
                .anyMatch(line -> line.endsWith("WARNING The application has ended"))
                .anyMatch(line -> line.endsWith("OK File backup saved to blocks/blockchain_data.encrypted"))
                .filteredOn(line -> !line.startsWith("EXPLANATION") && !line.startsWith("HANDLE"))
                .noneMatch(line -> line.contains("? "));
    }
}
