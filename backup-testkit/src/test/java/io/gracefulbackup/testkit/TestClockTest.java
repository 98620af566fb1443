package io.gracefulbackup.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.testkit.internal.OtherProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class TestClockTest {
    private static final Instant NOON = Instant.parse("2026-01-14T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final TestClock clock = new TestClock(NOON);
    private final InMemorySink sink = new InMemorySink("memory");
    private String state = "";

    private record SingleSink(InMemorySink sink) implements BackupSinkProvider {
        @Override
        public String name() {
            return sink.name();
        }

        @Override
        public Opening open(SinkContext context) {
            return new Opening.Configured(sink);
        }
    }

    private GracefulShutdown start(RetentionPolicy policy) {
        return OtherProcess.install(GracefulShutdown.builder()
                .isolated()
                .provider(new SingleSink(sink))
                .source(StateSource.of(
                        "text",
                        out -> out.write(state.getBytes(UTF_8)),
                        in -> state = new String(in.readAllBytes(), UTF_8)))
                .setting("SECRET_KEY", "a key for the tests of the clock")
                .retention("memory", policy)
                .clock(clock));
    }

    private void save(GracefulShutdown backup, String text) {
        state = text;
        assertThat(backup.backupNow(text).isStored()).isTrue();
    }

    @Test
    void showsTheSameInstantInEveryZone() {
        TestClock there = clock.withZone(ZoneId.of("Pacific/Auckland"));
        clock.advance(DAY);
        assertThat(there.instant()).isEqualTo(NOON.plus(DAY));
        there.set(NOON.minus(DAY));
        assertThat(clock.instant()).isEqualTo(NOON.minus(DAY));
        assertThat(there.getZone()).isEqualTo(ZoneId.of("Pacific/Auckland"));
    }

    @Test
    void datesBackups() {
        GracefulShutdown first = start(RetentionPolicy.keepAll());
        clock.advance(DAY);
        save(first, "a");
        first.uninstall();

        GracefulShutdown second = start(RetentionPolicy.keepAll());
        assertThat(second.restoreReport().restored())
                .map(BackupHeader::createdAt)
                .contains(NOON.plus(DAY));
        second.uninstall();
    }

    @Test
    void doesNotDecideWhichBackupIsNewestWhenItIsSetBack() {
        GracefulShutdown first = start(RetentionPolicy.keepLast(2));
        save(first, "a");
        save(first, "b");
        clock.advance(DAY.negated());
        save(first, "c");
        first.uninstall();
        state = "";

        GracefulShutdown second = start(RetentionPolicy.keepLast(2));
        RestoreReport report = second.restoreReport();
        assertThat(state).isEqualTo("c");
        assertThat(report.restored()).map(BackupHeader::createdAt).contains(NOON.minus(DAY));
        clock.advance(DAY.negated());
        save(second, "d");
        second.uninstall();

        GracefulShutdown third = start(RetentionPolicy.keepLast(2));
        assertThat(state).isEqualTo("d");
        third.uninstall();
    }
}
