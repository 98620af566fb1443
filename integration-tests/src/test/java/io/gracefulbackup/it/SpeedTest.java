package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** How long a start and an exit take in new JVMs. Prints the figures and asserts generous bounds. */
@Isolated
final class SpeedTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void installReturnsWithinAFractionOfASecondInAnEmptyDirectory() throws IOException {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ForkedJvm jvm = hosts.start(hosts.describeOptimizing(CounterHost.class, "writes=0"));
            millis.add(Long.parseLong(jvm.awaitLine("INSTALL ms=", START_LIMIT).replaceAll("\\D", "")));
            jvm.awaitLine("OUTCOME EMPTY", START_LIMIT);
            jvm.kill();
            if (Files.exists(hosts.file().getParent())) {
                ForkedHosts.deleteAll(hosts.file().getParent());
            }
        }
        System.out.println("install() on an empty directory, ms: median " + median(millis) + " of " + millis);
        TimeBounds.assertAtMost(median(millis), 2000);
    }

    @Test
    void exitsQuicklyWithASmallState() {
        exitsQuickly(5);
    }

    @Test
    @Tag("slow")
    void exitsQuicklyWithASmallStateTwentyTimes() {
        exitsQuickly(20);
    }

    /** The lock of the host is held only while its state is written, not while it is stored. */
    @Test
    void holdsTheHostsLockForAFractionOfABackup() {
        byte[] state = new byte[64 << 20];
        new Random(1).nextBytes(state);
        ReentrantLock lock = new ReentrantLock();
        GracefulShutdown backup = GracefulShutdown.builder()
                .setting("SECRET_KEY", ForkedHosts.SECRET)
                .setting("BACKUP_FILE", hosts.file().toString())
                .setting("BACKUP_START", "empty")
                .source(StateSource.of("state", out -> out.write(state), in -> {}))
                .snapshotUnder(lock)
                .install();
        try {
            List<Long> held = new ArrayList<>();
            List<Long> took = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                BackupReport report = backup.backupNow("lock");
                assertThat(report.isStored()).isTrue();
                held.add(report.lockHeld().toMillis());
                took.add(report.took().toMillis());
            }
            System.out.println("host's lock held for 64 MiB that do not compress, ms: median " + median(held) + " of "
                    + held + "; the backups took " + median(took) + " of " + took);
            assertThat(median(held)).isLessThan(median(took));
        } finally {
            backup.uninstall();
        }
    }

    private void exitsQuickly(int times) {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            ForkedJvm jvm = hosts.start(hosts.describeOptimizing(CounterHost.class, "bytes=45000", "script=settle"));
            jvm.awaitLine("SETTLED", START_LIMIT);
            long start = System.nanoTime();
            jvm.signal("TERM");
            assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            assertThat(jvm.output()).contains("✅ File backup saved");
        }
        System.out.println("SIGTERM to the end, 45 KB, file sink, ms: median " + median(millis) + " of " + millis);
        TimeBounds.assertAtMost(median(millis), 1000);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
