package io.gracefulbackup.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.RetentionReport.Verdict;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackupAdminTest {
    private static final String WARNING = "⚠️ ";

    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");

    @BeforeEach
    void keepOne() {
        sink.policy = RetentionPolicy.keepLast(1);
        other.policy = RetentionPolicy.keepLast(1);
    }

    @Test
    void whatIsProtectedStaysUntilItIsNot() {
        try (App app = App.start(sink, other)) {
            BackupId chosen = save(app, "chosen");

            ProtectionReport report = app.backup().protect(chosen);
            save(app, "second");
            BackupId third = save(app, "third");

            assertThat(report).isEqualTo(new ProtectionReport(chosen, List.of("memory", "other"), Map.of()));
            assertThat(sink.bytes).containsOnlyKeys(chosen.value(), third.value());
            assertThat(other.bytes).containsOnlyKeys(chosen.value(), third.value());

            app.backup().unprotect(chosen);
            BackupId fourth = save(app, "fourth");

            assertThat(sink.bytes).containsOnlyKeys(fourth.value());
        }
    }

    @Test
    void namesTheSinksThatCannotOrDoNot() {
        MemorySink broken = new MemorySink("broken");
        other.canProtect = false;
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "3s"), sink, other, broken)) {
            BackupId chosen = save(app, "chosen");
            broken.list = () -> {
                throw new IOException("unplugged");
            };

            ProtectionReport report = app.backup().protect(chosen);

            assertThat(report.sinks()).containsExactly("memory");
            assertThat(report.others()).containsOnlyKeys("other", "broken");
            assertThat(report.others().get("other")).contains("cannot protect");
            assertThat(report.others().get("broken")).contains("unplugged");
        }
    }

    @Test
    void findsABackupWhoseHintIsWrong() {
        try (App app = App.start(sink)) {
            BackupId chosen = save(app, "chosen");
            sink.lie = hint -> new Hint(new BackupId("0".repeat(32)), 1, 1, hint.size(), hint.createdAt());

            assertThat(app.backup().protect(chosen).sinks()).containsExactly("memory");
        }
    }

    @Test
    void callsSinksOnThreadsOfTheLibrary() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        try (App app = App.start(sink)) {
            BackupId chosen = save(app, "chosen");
            sink.list = () -> threads.add(Thread.currentThread());
            sink.protect = () -> threads.add(Thread.currentThread());

            app.backup().protect(chosen);

            assertThat(threads).hasSize(2).allMatch(thread -> thread.getName().startsWith("graceful-backup-"));
        }
    }

    @Test
    void readsNoHeaderIfAHintShowsTheBackup() {
        try (App app = App.start(sink, other)) {
            BackupId chosen = save(app, "chosen");
            AtomicInteger opened = new AtomicInteger();
            sink.open = opened::incrementAndGet;
            other.open = opened::incrementAndGet;

            assertThat(app.backup().protect(chosen).sinks()).containsExactly("memory", "other");

            assertThat(opened).hasValue(0);
        }
    }

    @Test
    void givesUpSinksThatHangAtTheDeadline() {
        MemorySink deaf = new MemorySink("deaf");
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "2s"), sink, other, deaf)) {
            BackupId chosen = save(app, "chosen");
            other.protect = BackupAdminTest::hang;
            deaf.list = BackupAdminTest::hang;
            long started = System.nanoTime();

            ProtectionReport report = app.backup().protect(chosen);

            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(3500));
            assertThat(report.sinks()).containsExactly("memory");
            assertThat(report.others())
                    .containsOnlyKeys("other", "deaf")
                    .allSatisfy((name, why) -> assertThat(why).contains("did not answer in time"));
        }
    }

    @Test
    void givesUpSinksThatHangWhileTheirHeadersAreRead() {
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "2s"), sink, other)) {
            BackupId chosen = save(app, "chosen");
            other.lie = hint -> new Hint(new BackupId("0".repeat(32)), 1, 1, hint.size(), hint.createdAt());
            sink.lie = other.lie;
            other.open = BackupAdminTest::hang;
            long started = System.nanoTime();

            ProtectionReport report = app.backup().protect(chosen);

            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(3500));
            assertThat(report.sinks()).containsExactly("memory");
            assertThat(report.others()).containsOnlyKeys("other");
        }
    }

    @Test
    void aSinkThatThrowsAnErrorChangesNothingForTheOthers() {
        try (App app = App.start(sink, other)) {
            BackupId chosen = save(app, "chosen");
            sink.protect = () -> {
                throw new NoClassDefFoundError("in the driver");
            };

            ProtectionReport report = app.backup().protect(chosen);

            assertThat(report.sinks()).containsExactly("other");
            assertThat(report.others().get("memory")).contains("in the driver");
        }
    }

    @Test
    void retentionTakesNoLongerThanAStart() {
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "2s"), sink, other)) {
            save(app, "there");
            other.open = BackupAdminTest::hang;
            long started = System.nanoTime();

            List<RetentionReport> reports = app.backup().previewRetention();

            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(3500));
            assertThat(reports.get(1).toString()).contains("did not answer in time");
        }
    }

    /** Ignores its interrupts. */
    private static void hang() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                // As a driver does that does not know them.
            }
        }
    }

    @Test
    void refusesAnIdThatNoSinkShowsAndNamesThoseThatThereAre() {
        try (App app = App.start(sink)) {
            BackupId there = save(app, "there");
            BackupId missing = new BackupId("f".repeat(32));

            assertThatThrownBy(() -> app.backup().protect(missing))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining(missing.value())
                    .hasMessageContaining(there.value());
        }
    }

    @Test
    void aStateThatShrankKeepsTheLargerOneUntilItIsAcknowledged() {
        BackupId large;
        try (App app = App.start(sink)) {
            large = save(app, "x".repeat(1000));
            BackupId small = save(app, "x");
            assertThat(sink.bytes).containsOnlyKeys(large.value(), small.value());
        }
        try (App app = App.start(sink)) {
            BackupId later = save(app, "y");
            assertThat(sink.bytes).as("after a restart").containsOnlyKeys(large.value(), later.value());

            app.backup().unprotect(large);

            BackupId last = save(app, "z");
            assertThat(sink.bytes).containsOnlyKeys(last.value());
        }
    }

    @Test
    void saysWhatRetentionWouldDoAndDoesNothing() {
        sink.policy = RetentionPolicy.keepAll();
        other.policy = RetentionPolicy.keepAll();
        BackupId first;
        BackupId second;
        try (App app = App.start(sink, other)) {
            first = save(app, "first");
            second = save(app, "second");
        }
        other.list = () -> {
            throw new IOException("unplugged");
        };
        try (App app = App.start(
                builder ->
                        builder.retention("memory", RetentionPolicy.keepLast(1)).setting("BACKUP_START_TIMEOUT", "3s"),
                sink,
                other)) {
            List<RetentionReport> reports = app.backup().previewRetention();

            assertThat(reports).extracting(RetentionReport::sink).containsExactly("memory", "other");
            assertThat(reports.get(0).entries())
                    .extracting(entry -> entry.header().orElseThrow().id(), RetentionReport.Entry::verdict)
                    .containsExactly(tuple(second, Verdict.NEWEST), tuple(first, Verdict.SURPLUS));
            assertThat(reports.get(1).failure())
                    .hasValueSatisfying(why -> assertThat(why).contains("unplugged"));
            assertThat(sink.deleted).isEmpty();
        }
    }

    @Test
    void aStartTellsOfAForkEvenIfItLiesDeep() {
        MemorySink place = new MemorySink("memory");
        try (App left = App.start(place)) {
            save(left, "common");
        }
        BackupId fork;
        byte[] forkBytes;
        Hint forkHint;
        try (App right = App.start(place)) {
            fork = save(right, "right");
            forkBytes = place.bytes.remove(fork.value());
            forkHint = Objects.requireNonNull(place.hints.remove(fork.value()));
        }
        try (App left = App.start(place)) {
            for (int i = 0; i < 6; i++) {
                save(left, "left " + i);
            }
        }
        place.bytes.put(fork.value(), forkBytes);
        place.hints.put(fork.value(), forkHint);

        try (App next = App.start(place)) {
            assertThat(next.state).isEqualTo("left 5");
            assertThat(next.backup().restoreReport().explanation())
                    .filteredOn(line -> line.startsWith(WARNING))
                    .singleElement()
                    .asString()
                    .contains("memory", fork.value(), "save right", "BACKUP_RESTORE_ID=" + fork);
        }
        try (App chosen = App.start(builder -> builder.setting("BACKUP_RESTORE_ID", fork.value()), place)) {
            assertThat(chosen.state).isEqualTo("right");
            save(chosen, "right again");
        }
        try (App after = App.start(place)) {
            assertThat(after.state).isEqualTo("right again");
            assertThat(after.backup().restoreReport().explanation())
                    .as("the choice was made")
                    .noneMatch(line -> line.startsWith(WARNING));
        }
    }

    private static BackupId save(App app, String state) {
        return app.save(state).id().orElseThrow();
    }
}
