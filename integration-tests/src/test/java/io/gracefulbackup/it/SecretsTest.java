package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.SECRET;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No output and no file contains the secret key, whatever fails. {@link ForkedHosts} searches all output and all files after every
 * test of this suite; the tests here add the failures that concern the key itself.
 */
final class SecretsTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @ParameterizedTest
    @ValueSource(strings = {"source", "sink", "drain"})
    void redactsTheKeyInAnExceptionOfTheHost(String where) {
        ForkedJvm jvm = hosts.start(CounterHost.class, where + "=leak");
        jvm.awaitLine("READY", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertThat(jvm.output()).contains("LEAK", "refused: ").doesNotContain(SECRET);
    }

    @Test
    void redactsTheKeyInAnExceptionOfAReader() {
        hosts.saveEarlierState();

        ForkedJvm jvm = hosts.start(CounterHost.class, "reader=leak");

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output())
                .contains("RestoreRefusedException", "refused: ")
                .doesNotContain(SECRET);
    }

    @Test
    void refusesAShortKeyWithoutShowingIt() {
        ForkedJvm jvm = hosts.start(hosts.describe(CounterHost.class).environment("SECRET_KEY", "kurz-Qv47"));

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output())
                .contains("SECRET_KEY has 9 characters; at least 16 are needed")
                .doesNotContain("kurz-Qv47");
    }

    @Test
    void refusesAnotherKeyWithoutShowingEitherAndChangesNothing() {
        byte[] before = hosts.saveEarlierState();

        ForkedJvm jvm = hosts.start(
                hosts.describe(CounterHost.class).environment("SECRET_KEY", "another-canary-Zx82-not-to-be-seen"));

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output())
                .contains("RestoreRefusedException", "SECRET_KEY")
                .doesNotContain("Zx82", SECRET);
        assertThat(hosts.readSavedFile()).isEqualTo(before);
        assertThat(NextStart.of(hosts).count()).isEqualTo(3);
    }

    @Test
    void readsTheSameKeyFromAFile() throws IOException {
        hosts.saveEarlierState();
        Path file = Files.createTempFile("secret", ".txt");
        try {
            Files.writeString(file, SECRET + "\n");
            ForkedJvm jvm = hosts.start(hosts.describe(CounterHost.class)
                    .withoutEnvironment("SECRET_KEY")
                    .environment("SECRET_KEY_FILE", file.toString()));

            assertThat(NextStart.of(jvm).count()).isEqualTo(3);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void opensWithThePreviousKeyAndSealsWithTheNewOne() {
        String newer = "a-newer-canary-Zx83-not-to-be-seen";
        hosts.saveEarlierState();

        ForkedJvm rotating = hosts.start(hosts.describe(CounterHost.class, "script=return")
                .environment("SECRET_KEY", newer)
                .environment("SECRET_KEY_PREVIOUS", SECRET));
        assertThat(rotating.awaitExit(START_LIMIT)).isZero();
        ForkedJvm rotated = hosts.start(hosts.describe(CounterHost.class).environment("SECRET_KEY", newer));

        assertThat(NextStart.of(rotated).count()).isEqualTo(6);
        assertThat(rotating.output() + rotated.output()).doesNotContain(newer);
    }
}
