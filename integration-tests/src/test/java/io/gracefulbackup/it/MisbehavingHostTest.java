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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Host code that is slow, hangs, throws or exits uses up its share of the deadline and never costs an older backup.
 *
 * <p>By default each kind of outcome runs once: no return, an exception, a nested exit. The slow profile adds the variants
 * that take the same path: an {@code Error} in place of an exception, and code that does its work.
 */
final class MisbehavingHostTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void waitsForASlowSource() {
        ForkedJvm jvm = startHost("source=slow");

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "throw", "exit"})
    void keepsTheLastBackupWhenASourceCannotWrite(String behaviour) {
        byte[] before = hosts.saveEarlierState();
        ForkedJvm jvm = startHostWithShortTimeout("source=" + behaviour);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output()).contains("❌").doesNotContain("✅ File backup saved");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    @Tag("slow")
    void keepsTheLastBackupWhenASourceThrowsAnError() {
        keepsTheLastBackupWhenASourceCannotWrite("error");
    }

    @Test
    void doesNotWaitForTheDeadlineWhenASourceThrows() {
        ForkedJvm jvm = startHost("source=throw");
        long start = System.nanoTime();

        jvm.signal("TERM");

        jvm.awaitExit(EXIT_LIMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(EXIT_TIMEOUT);
    }

    @Test
    void savesWhenASourceExitsInTheMiddleOfABackup() {
        ForkedJvm jvm = startHost("source=exit-once", "script=backup");
        jvm.awaitLine("ACTING source EXIT_ONCE", START_LIMIT);

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(7);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void endsWhenASourceExitsInEveryBackup() {
        hosts.saveEarlierState();
        ForkedJvm jvm = startHostWithShortTimeout("source=exit", "script=backup");
        jvm.awaitLine("ACTING source EXIT", START_LIMIT);

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(7);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void endsAtOnceAndNamesTheThreadThatHoldsTheLock() {
        byte[] before = hosts.saveEarlierState();
        ForkedJvm jvm = startHostWithShortTimeout("script=exit-under-write-lock");

        assertThat(jvm.awaitExit(exitLimit(SHORT_TIMEOUT))).isEqualTo(7);
        assertThat(jvm.output()).contains("request-1").doesNotContain("✅ File backup saved");
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void savesAcknowledgedChangesWhenAChangeNeverEnds() {
        ForkedJvm jvm = startHost("script=exit-in-write");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(7);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "throw", "exit"})
    void savesWhateverADrainStepDoes(String behaviour) {
        ForkedJvm jvm = startHost("drain=" + behaviour);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(jvm.output()).contains("✅ File backup saved");
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fine", "error"})
    @Tag("slow")
    void savesWhateverElseADrainStepDoes(String behaviour) {
        savesWhateverADrainStepDoes(behaviour);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "throw"})
    void savesToTheFileWhateverAnotherSinkDoes(String behaviour) {
        ForkedJvm jvm = awaitReady(hosts.startWithTimeout(MEDIUM_TIMEOUT, CounterHost.class, "sink=" + behaviour));

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(MEDIUM_TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output()).contains("✅ File backup saved");
        assertThat(jvm.output().contains("❌ Discarding backup failed")).isEqualTo(!behaviour.equals("fine"));
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fine", "error"})
    @Tag("slow")
    void savesToTheFileWhateverElseAnotherSinkDoes(String behaviour) {
        savesToTheFileWhateverAnotherSinkDoes(behaviour);
    }

    private ForkedJvm startHost(String... options) {
        return awaitReady(hosts.start(CounterHost.class, options));
    }

    private ForkedJvm startHostWithShortTimeout(String... options) {
        return awaitReady(hosts.startWithTimeout(SHORT_TIMEOUT, CounterHost.class, options));
    }

    private static ForkedJvm awaitReady(ForkedJvm jvm) {
        jvm.awaitLine("READY", START_LIMIT);
        return jvm;
    }
}
