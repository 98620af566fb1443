package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.SHORT_TIMEOUT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.exitLimit;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that is interrupted saves nothing and deletes nothing. */
final class SignalDuringInstallTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @ParameterizedTest
    @ValueSource(strings = {"slow", "hang"})
    void savesNothingWhileItRestores(String behaviour) {
        byte[] before = hosts.saveEarlierState();
        ForkedJvm jvm = hosts.startWithTimeout(SHORT_TIMEOUT, CounterHost.class, "reader=" + behaviour);
        jvm.awaitLine("ACTING reader", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output()).doesNotContain("✅ File backup saved");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void savesNothingWhenASourceFailsToRead() {
        savesNothingWhenTheRestoreIsRefused("throw");
    }

    @Test
    @Tag("slow")
    void savesNothingWhenASourceThrowsAnErrorInsteadOfReading() {
        savesNothingWhenTheRestoreIsRefused("error");
    }

    private void savesNothingWhenTheRestoreIsRefused(String behaviour) {
        byte[] before = hosts.saveEarlierState();

        ForkedJvm jvm = hosts.start(CounterHost.class, "reader=" + behaviour);

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output()).contains("RestoreRefusedException").doesNotContain("READY", "✅ File backup saved");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void savesNothingWhenASourceExitsInsteadOfReading() {
        byte[] before = hosts.saveEarlierState();

        ForkedJvm jvm = hosts.start(CounterHost.class, "reader=exit");

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(7);
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void refusesToStartWhenTheOnlyBackupIsRejected() {
        byte[] before = hosts.saveEarlierState();

        ForkedJvm jvm = hosts.start(CounterHost.class, "reader=reject");

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output()).doesNotContain("READY", "✅ File backup saved");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
    }

    @Test
    void savesNothingWhileAnEmptyStateIsBeingSeeded() {
        ForkedJvm jvm = hosts.startWithTimeout(SHORT_TIMEOUT, CounterHost.class, "active=hang");
        jvm.awaitLine("ACTING action", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output())
                .contains("The onActive actions have not ended", "Nothing to save")
                .doesNotContain("✅ File backup saved");
        assertThat(hosts.file()).doesNotExist();
    }

    @Test
    void keepsTheRestoredBackupWhileAnActionHangs() {
        byte[] before = hosts.saveEarlierState();
        ForkedJvm jvm = hosts.startWithTimeout(SHORT_TIMEOUT, CounterHost.class, "active=hang");
        jvm.awaitLine("ACTING action", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output()).contains("Nothing to save");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
    }

    @Test
    void waitsForSeedingThatEndsInTime() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "active=slow");
        jvm.awaitLine("ACTING action", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(jvm.output()).contains("✅ File backup saved");
        assertThat(NextStart.of(hosts).count()).as("all seeds").isGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"throw", "error", "exit"})
    void savesNothingWhenSeedingFails(String behaviour) {
        ForkedJvm jvm = hosts.startWithTimeout(SHORT_TIMEOUT, CounterHost.class, "active=" + behaviour);

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(behaviour.equals("exit") ? 7 : 1);
        assertThat(jvm.output()).doesNotContain("READY", "✅ File backup saved");
        assertThat(hosts.file()).doesNotExist();
    }

    /** At the beginning of the start, in the middle and about its end. */
    @ParameterizedTest
    @ValueSource(longs = {20, 260, 500})
    void keepsTheStateWhenASignalArrivesDuringTheStart(long millis) throws InterruptedException {
        keepsTheStateWhenASignalArrivesAfter(millis);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 70, 140, 200, 320, 380, 440, 600, 700})
    @Tag("slow")
    void keepsTheStateWhenASignalArrivesAtAnyTimeDuringTheStart(long millis) throws InterruptedException {
        keepsTheStateWhenASignalArrivesAfter(millis);
    }

    private void keepsTheStateWhenASignalArrivesAfter(long millis) throws InterruptedException {
        hosts.saveEarlierState();
        ForkedJvm jvm = hosts.start(CounterHost.class, "writes=0");
        jvm.awaitLine("INSTALLING", START_LIMIT);
        pause(millis);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    /** The signal must arrive at a given time, so this waits for no event. */
    private static void pause(long millis) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)).isFalse();
    }
}
