package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** How long an exit takes that saves to a file and to a real PostgreSQL. */
@Isolated
@Tag("slow")
final class DatabaseSpeedTest {
    private static final int BYTES = 45_000;

    @RegisterExtension
    static final Database DATABASE = Database.onSharedServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void endsWithin400MillisecondsOfTheSignal() {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ForkedJvm jvm = hosts.start(
                    DATABASE.configure(hosts.describeOptimizing(CounterHost.class, "bytes=" + BYTES, "script=settle")));
            jvm.awaitLine("SETTLED", START_LIMIT);
            long start = System.nanoTime();
            jvm.signal("TERM");
            assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            assertThat(jvm.output()).contains("✅ Database backup completed", "✅ File backup saved");
        }
        List<Long> sorted = millis.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        System.out.println("SIGTERM to the end, 45 KB, file and PostgreSQL, ms: median " + median + " of " + sorted);
        assertThat(median).isLessThanOrEqualTo(400);
    }
}
