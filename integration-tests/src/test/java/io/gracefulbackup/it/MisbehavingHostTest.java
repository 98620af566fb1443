package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.EXIT_TIMEOUT;
import static io.gracefulbackup.it.ForkedHosts.MEDIUM_TIMEOUT;
import static io.gracefulbackup.it.ForkedHosts.SHORT_TIMEOUT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.exitLimit;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code of the host that is slow, hangs, throws or exits costs its share of the deadline, and never an older backup. */
final class MisbehavingHostTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void waitsForASlowSource() {
        ForkedJvm jvm = readyHost("source=slow");

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "throw", "error", "exit"})
    void keepsTheLastBackupWhenASourceCannotWrite(String behaviour) {
        saveAnEarlierState();
        byte[] before = hosts.readSavedFile();
        ForkedJvm jvm = impatientHost("source=" + behaviour);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output()).contains("❌").doesNotContain("✅ File backup saved");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void doesNotWaitForTheDeadlineWhenASourceThrows() {
        ForkedJvm jvm = readyHost("source=throw");
        long start = System.nanoTime();

        jvm.signal("TERM");

        jvm.awaitExit(EXIT_LIMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(EXIT_TIMEOUT);
    }

    @Test
    void savesWhenASourceExitsInTheMiddleOfABackup() {
        ForkedJvm jvm = readyHost("source=exit-once", "end=backup");
        jvm.awaitLine("ACTING source EXIT_ONCE", START_LIMIT);

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(7);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void endsWhenASourceExitsInEveryBackup() {
        saveAnEarlierState();
        ForkedJvm jvm = impatientHost("source=exit", "end=backup");
        jvm.awaitLine("ACTING source EXIT", START_LIMIT);

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(7);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void endsAtOnceAndNamesTheHolderWhenTheLockIsNotToBeHad() {
        saveAnEarlierState();
        byte[] before = hosts.readSavedFile();
        ForkedJvm jvm = impatientHost("end=exit-under-write-lock");

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(7);
        assertThat(jvm.output()).contains("request-1").doesNotContain("✅ File backup saved");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void savesWhatWasAcknowledgedWhenAChangeNeverEnds() {
        ForkedJvm jvm = readyHost("end=exit-in-write");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(7);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fine", "hang", "throw", "error", "exit"})
    void savesWhateverADrainStepDoes(String behaviour) {
        ForkedJvm jvm = readyHost("drain=" + behaviour);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(jvm.output()).contains("✅ File backup saved");
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fine", "hang", "throw", "error"})
    void savesToTheFileWhateverAnotherSinkDoes(String behaviour) {
        ForkedJvm jvm = ready(hosts.startWithTimeout(MEDIUM_TIMEOUT, CounterHost.class, "sink=" + behaviour));

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(MEDIUM_TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output()).contains("✅ File backup saved");
        assertThat(jvm.output().contains("❌ Captive backup failed")).isEqualTo(!behaviour.equals("fine"));
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    private ForkedJvm readyHost(String... options) {
        return ready(hosts.start(CounterHost.class, options));
    }

    private ForkedJvm impatientHost(String... options) {
        return ready(hosts.startWithTimeout(SHORT_TIMEOUT, CounterHost.class, options));
    }

    private static ForkedJvm ready(ForkedJvm jvm) {
        jvm.awaitLine("READY", START_LIMIT);
        return jvm;
    }

    /** A first life that saved a count of 3. */
    private void saveAnEarlierState() {
        assertThat(hosts.start(CounterHost.class, "end=return").awaitExit(START_LIMIT))
                .isZero();
    }
}
