package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An exit that saves to a file and to a real PostgreSQL. */
final class DatabaseExitTest {
    /** Enough that the server can be stopped while it stores them. */
    private static final int MANY_BYTES = 60_000_000;

    @RegisterExtension
    static final Database DATABASE = Database.onOwnServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private ForkedJvm.Builder host(String... options) {
        return DATABASE.configure(hosts.describe(CounterHost.class, options));
    }

    @Test
    void restoresFromTheDatabaseAlone() throws IOException {
        ForkedJvm first = save(host("writes=3"), "READY count=3");
        assertThat(first.output()).contains("✓ PostgreSQL database detected", "✅ File backup saved");
        Files.delete(hosts.file());

        ForkedJvm second = hosts.start(host("writes=0"));
        assertThat(NextStart.of(second)).isEqualTo(new NextStart(3, "RESTORED", 1));
        second.kill();
    }

    @Test
    void savesTheFileAndEndsAtTheDeadlineWhenTheServerStops() throws Exception {
        save(host("writes=3"), "READY count=3");
        Duration timeout = ForkedHosts.MEDIUM_TIMEOUT;
        ForkedJvm jvm = hosts.start(
                DATABASE.configure(hosts.describeOptimizing(CounterHost.class, "writes=2", "bytes=" + MANY_BYTES))
                        .environment("BACKUP_TIMEOUT", timeout.toSeconds() + "s"));
        jvm.awaitLine("READY count=5", START_LIMIT);

        jvm.signal("TERM");
        while (jvm.isAlive()
                && DATABASE.number("SELECT pg_total_relation_size('blockchain_backups_parts')") < 4 << 20) {
            LockSupport.parkNanos(200_000);
        }
        DATABASE.suspendServer();
        try {
            assertThat(jvm.awaitExit(ForkedHosts.exitLimit(timeout))).isEqualTo(143);
        } finally {
            DATABASE.resumeServer();
        }

        assertThat(jvm.output()).contains("❌ Database backup", "✅ File backup saved");
        assertThat(DATABASE.number("SELECT max(sequence) FROM blockchain_backups"))
                .as("the newest backup in the database is the one before")
                .isEqualTo(1);
        ForkedJvm next = hosts.start(host("writes=0"));
        assertThat(NextStart.of(next)).isEqualTo(new NextStart(5, "RESTORED", 2));
        next.kill();
    }

    @Test
    void keepsTheLastTenOfEachApplication() {
        for (int i = 1; i <= 2; i++) {
            save(host("writes=1").environment("BACKUP_APP", "other").environment("BACKUP_FILE", "off"), "READY");
        }
        // Beside another application's backups, a first start has to be wanted.
        ForkedJvm jvm = hosts.start(host("script=backup-loop", "writes=0").environment("BACKUP_START", "empty"));
        for (int i = 0; i < 12; i++) {
            jvm.awaitLine("COMPLETED count=" + i + " ", START_LIMIT);
        }
        jvm.signal("TERM");
        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);

        assertThat(jvm.output()).contains("(kept last 10)");
        assertThat(DATABASE.number("SELECT count(*) FROM blockchain_backups WHERE application = 'blockchain'"))
                .isEqualTo(10);
        assertThat(DATABASE.number("SELECT max(sequence) - min(sequence) FROM blockchain_backups"
                        + " WHERE application = 'blockchain'"))
                .as("the last ones are kept; one with the same content as its child may be missing")
                .isBetween(9L, 10L);
        assertThat(DATABASE.number("SELECT count(*) FROM blockchain_backups WHERE application = 'other'"))
                .isEqualTo(2);
    }

    private ForkedJvm save(ForkedJvm.Builder host, String ready) {
        ForkedJvm jvm = hosts.start(host);
        jvm.awaitLine(ready, START_LIMIT);
        jvm.signal("TERM");
        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(jvm.output()).contains("✅ Database backup completed: Auto-backup - ");
        return jvm;
    }
}
