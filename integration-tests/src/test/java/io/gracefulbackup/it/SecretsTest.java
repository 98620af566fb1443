package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.GONE;
import static io.gracefulbackup.it.ForkedHosts.SECRET;
import static io.gracefulbackup.it.ForkedHosts.START;
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
 * The key never shows, whatever goes wrong. That {@link ForkedHosts} looks through all output and all files after every test of
 * this suite is the greater part of it.
 */
final class SecretsTest {
    @RegisterExtension
    final ForkedHosts forks = new ForkedHosts();

    @ParameterizedTest
    @ValueSource(strings = {"source", "sink", "drain"})
    void anExceptionOfTheHostThatHoldsTheKeyDoesNotShowIt(String where) {
        ForkedJvm jvm = forks.start(CounterHost.class, where + "=leak");
        jvm.awaitLine("READY", START);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(GONE)).isEqualTo(143);
        assertThat(jvm.output()).contains("LEAK", "refused: ").doesNotContain(SECRET);
    }

    @Test
    void aReadersExceptionThatHoldsTheKeyDoesNotShowIt() {
        assertThat(forks.start(CounterHost.class, "end=return").awaitExit(START))
                .isZero();

        ForkedJvm jvm = forks.start(CounterHost.class, "reader=leak");

        assertThat(jvm.awaitExit(START)).isEqualTo(1);
        assertThat(jvm.output())
                .contains("RestoreRefusedException", "refused: ")
                .doesNotContain(SECRET);
    }

    @Test
    void aKeyThatIsTooShortIsRefusedWithoutBeingShown() {
        ForkedJvm jvm = forks.start(forks.describe(CounterHost.class).environment("SECRET_KEY", "kurz-Qv47"));

        assertThat(jvm.awaitExit(START)).isEqualTo(1);
        assertThat(jvm.output())
                .contains("SECRET_KEY has 9 characters; at least 16 are needed")
                .doesNotContain("kurz-Qv47");
    }

    @Test
    void anotherKeyIsRefusedWithoutShowingEitherAndTouchesNothing() {
        assertThat(forks.start(CounterHost.class, "end=return").awaitExit(START))
                .isZero();
        byte[] before = forks.saved();

        ForkedJvm jvm = forks.start(
                forks.describe(CounterHost.class).environment("SECRET_KEY", "another-canary-Zx82-not-to-be-seen"));

        assertThat(jvm.awaitExit(START)).isEqualTo(1);
        assertThat(jvm.output())
                .contains("RestoreRefusedException", "SECRET_KEY")
                .doesNotContain("Zx82", SECRET);
        assertThat(forks.saved()).isEqualTo(before);
        assertThat(NextStart.of(forks).count()).isEqualTo(3);
    }

    @Test
    void aKeyFromAFileIsTheSameKey() throws IOException {
        assertThat(forks.start(CounterHost.class, "end=return").awaitExit(START))
                .isZero();
        Path file = Files.createTempFile("secret", ".txt");
        try {
            Files.writeString(file, SECRET + "\n");
            ForkedJvm jvm = forks.start(forks.describe(CounterHost.class)
                    .withoutEnvironment("SECRET_KEY")
                    .environment("SECRET_KEY_FILE", file.toString()));

            assertThat(NextStart.of(jvm).count()).isEqualTo(3);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void anOlderKeyOpensAndTheNewOneSeals() {
        String newer = "a-newer-canary-Zx83-not-to-be-seen";
        assertThat(forks.start(CounterHost.class, "end=return").awaitExit(START))
                .isZero();

        ForkedJvm rotating = forks.start(forks.describe(CounterHost.class, "end=return")
                .environment("SECRET_KEY", newer)
                .environment("SECRET_KEY_PREVIOUS", SECRET));
        assertThat(rotating.awaitExit(START)).isZero();
        ForkedJvm rotated = forks.start(forks.describe(CounterHost.class).environment("SECRET_KEY", newer));

        assertThat(NextStart.of(rotated).count()).isEqualTo(6);
        assertThat(rotating.output() + rotated.output()).doesNotContain(newer);
    }
}
