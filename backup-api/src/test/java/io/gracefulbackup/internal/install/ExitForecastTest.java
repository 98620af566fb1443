package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.pointers.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Warnings that come before the shutdown which would fail. */
class ExitForecastTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(25);
    private static final SinkResult SLOW = new SinkResult.Stored("ipfs", "Qm", 1, Duration.ofSeconds(18));

    @Test
    void aRunThatTookMostOfTheTimeIsWarnedOfWithNumbers() {
        assertThat(ExitForecast.after(run(Duration.ofSeconds(19)), TIMEOUT).orElseThrow())
                .contains("about 19000 ms of the 25000 ms", "Checkpoint", "ipfs 18000 ms", "BACKUP_TIMEOUT");
    }

    @Test
    void aRunWithTimeToSpareIsNoNews() {
        assertThat(ExitForecast.after(run(Duration.ofMillis(17_500)), TIMEOUT)).isEmpty();
    }

    @Test
    void aStateThatHasGrownIsExpectedToTakeLonger() {
        Receipt.Ending last = new Receipt.Ending(null, "", 1000, null, Duration.ofSeconds(10), List.of(SLOW));
        assertThat(ExitForecast.afterStart(last, 1000, TIMEOUT)).isEmpty();
        assertThat(ExitForecast.afterStart(last, 2000, TIMEOUT).orElseThrow())
                .contains("about 20000 ms", "1000 bytes", "2000");
        assertThat(ExitForecast.afterStart(last, 0, TIMEOUT))
                .as("it may grow again")
                .isEmpty();
    }

    @Test
    void aStateTooLargeForThisMachineIsSeenWithoutAnyShutdownBefore() {
        assertThat(ExitForecast.sealing(4L << 30, 100 << 20, TIMEOUT).orElseThrow())
                .contains("about 40960 ms");
        assertThat(ExitForecast.sealing(4L << 30, 1 << 30, TIMEOUT)).isEmpty();
        assertThat(ExitForecast.sealing(0, 0, TIMEOUT)).isEmpty();
    }

    @Test
    void aShellAsProcessOneDoesNotPassSigtermOn() {
        assertThat(EnvironmentChecks.warnings(List.of(), Optional.of("/usr/bin/dash")))
                .singleElement()
                .asString()
                .contains("dash", "exec");
        assertThat(EnvironmentChecks.warnings(List.of(), Optional.of("/usr/bin/tini")))
                .isEmpty();
        assertThat(EnvironmentChecks.warnings(List.of(), Optional.empty())).isEmpty();
    }

    @Test
    void optionsThatEndTheJvmWithoutItsHooksAreNamed() {
        assertThat(EnvironmentChecks.warnings(List.of("-Xmx96m", "-Xrs"), Optional.empty()))
                .singleElement()
                .asString()
                .contains("-Xrs", "SIGTERM");
        assertThat(EnvironmentChecks.warnings(List.of("-XX:+ExitOnOutOfMemoryError"), Optional.empty()))
                .singleElement()
                .asString()
                .contains("BACKUP_INTERVAL");
    }

    private static BackupReport run(Duration took) {
        return BackupReport.builder("Checkpoint - 14/01/2026 15:30:45")
                .id(new BackupId("a".repeat(32)))
                .sealed(1, 1000, "")
                .sinks(List.of(SLOW))
                .took(took)
                .build();
    }
}
