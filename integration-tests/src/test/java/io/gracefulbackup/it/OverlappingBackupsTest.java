package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.EXIT_TIMEOUT;
import static io.gracefulbackup.it.ForkedHosts.MEDIUM_TIMEOUT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.exitLimit;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A trigger never accepts a snapshot that began before it. */
final class OverlappingBackupsTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void theExitSavesTheNewestStateWhileAnOlderSnapshotIsBeingStored() {
        exitWhileAnOlderSnapshotIsBeingStored("slow", EXIT_TIMEOUT);
    }

    /** Lasts until the deadline. */
    @Test
    void theExitSavesTheNewestStateWhileASinkHangsWithAnOlderSnapshot() {
        exitWhileAnOlderSnapshotIsBeingStored("hang", MEDIUM_TIMEOUT);
    }

    private void exitWhileAnOlderSnapshotIsBeingStored(String sink, Duration timeout) {
        ForkedJvm jvm =
                hosts.startWithTimeout(timeout, CounterHost.class, "sink=" + sink, "script=backup-in-background");
        jvm.awaitLine("CHANGED count=4", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(timeout))).isEqualTo(143);
        assertThat(NextStart.of(hosts).count()).isEqualTo(4);
    }

    @Test
    void aSecondBackupHasTheNewestStateWhileAnOlderSnapshotIsBeingStored() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "sink=slow", "script=second-backup");

        jvm.awaitLine("COMPLETED count=4", START_LIMIT);

        jvm.kill();
        assertThat(NextStart.of(hosts).count()).isEqualTo(4);
    }

    @Test
    void aBackupByHandIsRestored() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "script=backup");

        jvm.awaitLine("COMPLETED count=3", START_LIMIT);

        jvm.kill();
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void anExitAmongBackupsWithoutPauseSavesTheNewestState() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "script=backup-loop");
        jvm.awaitLine("COMPLETED count=6", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        long completed = jvm.lines().stream()
                .filter(line -> line.startsWith("COMPLETED"))
                .mapToLong(NextStart::countIn)
                .max()
                .orElseThrow();
        assertThat(NextStart.of(hosts).count()).isBetween(completed, completed + 1);
    }
}
