package io.gracefulbackup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.testkit.FaultySink;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.InMemorySink;
import io.gracefulbackup.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;

/** What the README of the test kit shows, run. */
final class TestkitTest {
    private static final Instant NOON = Instant.parse("2026-01-14T12:00:00Z");

    // snippet: application
    static GracefulShutdown start(Map<String, String> ledger, BackupSink sink, TestClock clock) {
        return GracefulShutdown.builder()
                .source(StateSource.json("ledger", new TypeReference<Map<String, String>>() {}, () -> ledger, saved -> {
                    ledger.clear();
                    ledger.putAll(saved);
                }))
                .sink(sink)
                .clock(clock)
                .setting("SECRET_KEY", "0123456789abcdef")
                .isolated() // no DATABASE_URL of the developer's shell, no sinks of the class path
                .install();
    }
    // end

    @Test
    void testsAnApplicationInProcess() {
        // snippet: inProcess
        FaultySink sink = new FaultySink(new InMemorySink("memory"));
        TestClock clock = new TestClock(NOON);
        Map<String, String> ledger = new ConcurrentHashMap<>();
        GracefulShutdown backup = start(ledger, sink, clock);

        ledger.put("SN-1", "Asha Rao");
        assertThat(backup.backupNow("in a test").isStored()).isTrue();

        clock.advance(Duration.ofDays(1));
        sink.with(FaultySink.Call.STORE, FaultySink.Fault.FAIL);
        ledger.put("SN-2", "Ben Okri");
        assertThat(backup.backupNow("in a test").isStored()).isFalse();
        backup.uninstall();
        sink.heal();

        Map<String, String> restored = new ConcurrentHashMap<>();
        GracefulShutdown next = start(restored, sink, clock);
        assertThat(restored).containsOnlyKeys("SN-1");
        assertThat(next.restoreReport().restored()).map(BackupHeader::createdAt).contains(NOON);
        next.uninstall();
        // end
    }

    // snippet: main
    static final class Main {
        public static void main(String[] arguments) throws InterruptedException {
            Map<String, String> ledger = new ConcurrentHashMap<>();
            GracefulShutdown.install(
                    StateSource.json("ledger", new TypeReference<Map<String, String>>() {}, () -> ledger, saved -> {
                        ledger.clear();
                        ledger.putAll(saved);
                    }));
            ledger.put("SN-1", "Asha Rao");
            System.out.println("ready with " + ledger);
            new CountDownLatch(1).await(); // until a signal ends the process
        }
    }
    // end

    @Test
    void testsAnApplicationThatEndsByASignal(@TempDir Path directory) {
        // snippet: forkedJvm
        ForkedJvm.Builder application = ForkedJvm.of(Main.class)
                .environment("SECRET_KEY", "0123456789abcdef")
                .environment("BACKUP_APP", "ledger")
                .environment("BACKUP_FILE", directory.resolve("ledger.backup").toString());
        try (ForkedJvm first = application.start()) {
            first.awaitLine("ready", Duration.ofSeconds(40));
            first.signal("TERM");
            assertThat(first.awaitExit(Duration.ofSeconds(40))).isEqualTo(143);
            assertThat(first.output()).doesNotContain("0123456789abcdef");
        }

        Map<String, String> saved = new ConcurrentHashMap<>();
        GracefulShutdown reader = GracefulShutdown.builder()
                .source(StateSource.json("ledger", new TypeReference<Map<String, String>>() {}, () -> saved, state -> {
                    saved.clear();
                    saved.putAll(state);
                }))
                .setting("SECRET_KEY", "0123456789abcdef")
                .setting("BACKUP_APP", "ledger")
                .setting("BACKUP_FILE", directory.resolve("ledger.backup").toString())
                .install();
        assertThat(saved).containsExactly(Map.entry("SN-1", "Asha Rao"));
        reader.uninstall();
        // end
    }
}
