package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupListener;
import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rehearsals in an application that is installed. */
@Timeout(60)
class RehearsedApplicationTest {
    private final MemorySink sink = new MemorySink("memory");

    @Test
    void learnsWithoutAskingThatItsExitWouldFail() throws InterruptedException {
        LinkedBlockingQueue<List<ReadinessFinding>> told = new LinkedBlockingQueue<>();
        BackupListener listener = new BackupListener() {
            @Override
            public void onFindings(List<ReadinessFinding> findings) {
                told.add(findings);
            }
        };
        StateSource broken = StateSource.of(
                "broken",
                out -> {
                    throw new IOException("torn");
                },
                in -> {});

        try (App app = App.start(builder -> builder.listener(listener).source(broken), sink)) {
            assertThat(told.poll(30, TimeUnit.SECONDS))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).contains("\"broken\"", "torn"));
            assertThat(app.backup().status().findings()).hasSize(1);
            assertThat(app.backup().status().lastBackup())
                    .as("a rehearsal is no backup")
                    .isEmpty();
            assertThat(sink.bytes).isEmpty();
        }
        assertThat(thread("graceful-backup-rehearsals").filter(left -> !hasEnded(left)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BACKUP_REHEARSAL, off", "IS_PULL_REQUEST, true"})
    void isNotRehearsedWhereThatIsSwitchedOffOrNothingIsStored(String setting, String value) {
        try (App app = App.start(builder -> builder.setting(setting, value), sink)) {
            thread("graceful-backup-warm-up")
                    .ifPresent(warmUp -> assertThat(hasEnded(warmUp)).isTrue());

            assertThat(thread("graceful-backup-rehearsals")).isEmpty();
            assertThat(app.backup().status().findings()).isEmpty();
        }
    }

    @Test
    void refusesAnotherSetting() {
        assertThatThrownBy(() -> App.start(builder -> builder.setting("BACKUP_REHEARSAL", "often"), sink))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContainingAll("BACKUP_REHEARSAL", "often", "auto or off");
    }

    private static Optional<Thread> thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findFirst();
    }

    private static boolean hasEnded(Thread thread) {
        try {
            thread.join(30_000);
            return !thread.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
