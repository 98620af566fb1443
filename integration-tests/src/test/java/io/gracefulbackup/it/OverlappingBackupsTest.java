package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.GONE;
import static io.gracefulbackup.it.ForkedHosts.MEDIUM_TIMEOUT;
import static io.gracefulbackup.it.ForkedHosts.START;
import static io.gracefulbackup.it.ForkedHosts.gone;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trigger is never satisfied with a snapshot that is older than itself. */
final class OverlappingBackupsTest {
    @RegisterExtension
    final ForkedHosts forks = new ForkedHosts();

    @ParameterizedTest
    @ValueSource(strings = {"slow", "hang"})
    void theExitSavesTheNewestStateWhileAnOlderSnapshotIsBeingStored(String sink) {
        ForkedJvm jvm = forks.startWith(MEDIUM_TIMEOUT, CounterHost.class, "sink=" + sink, "end=backup-in-background");
        jvm.awaitLine("CHANGED count=4", START);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(gone(MEDIUM_TIMEOUT))).isEqualTo(143);
        assertThat(NextStart.of(forks).count()).isEqualTo(4);
    }

    @Test
    void aSecondBackupHasTheNewestStateWhileAnOlderSnapshotIsBeingStored() {
        ForkedJvm jvm = forks.start(CounterHost.class, "sink=slow", "end=second-backup");

        jvm.awaitLine("COMPLETED count=4", START);

        jvm.kill();
        assertThat(NextStart.of(forks).count()).isEqualTo(4);
    }

    @Test
    void aBackupByHandIsRestored() {
        ForkedJvm jvm = forks.start(CounterHost.class, "end=backup");

        jvm.awaitLine("COMPLETED count=3", START);

        jvm.kill();
        assertThat(NextStart.of(forks).count()).isEqualTo(3);
    }

    @Test
    void anExitAmongBackupsWithoutPauseSavesTheNewestState() {
        ForkedJvm jvm = forks.start(CounterHost.class, "end=backup-loop");
        jvm.awaitLine("COMPLETED count=6", START);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(GONE)).isEqualTo(143);
        long completed = jvm.lines().stream()
                .filter(line -> line.startsWith("COMPLETED"))
                .mapToLong(NextStart::countIn)
                .max()
                .orElseThrow();
        assertThat(NextStart.of(forks).count()).isBetween(completed, completed + 1);
    }
}
