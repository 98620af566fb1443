package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.testkit.ForkedJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForkedJvmTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    /** Prints its surroundings, and waits if it has no arguments; a shutdown hook may hang. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws InterruptedException {
            System.out.println(
                    "out " + System.getenv("GREETING") + " in " + Path.of("").toAbsolutePath());
            System.err.println("err " + System.getProperty("greeting"));
            CountDownLatch never = new CountDownLatch(1);
            if (args.length == 0) {
                never.await();
            } else if (args[0].equals("hang")) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        System.out.println(e);
                    }
                }));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129", "KILL, 137"})
    void endsWithTheCodeOfTheSignal(String signal, int code) {
        ForkedJvm jvm = hosts.start(ForkedJvm.of(Program.class));
        jvm.awaitLine("err", START_LIMIT);

        jvm.signal(signal);

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(code);
        assertThat(jvm.isAlive()).isFalse();
    }

    @Test
    void runsWhereAndAsItIsTold(@TempDir Path directory) throws Exception {
        ForkedJvm jvm = hosts.start(ForkedJvm.of(Program.class)
                .directory(directory)
                .environment("GREETING", "grüß Gott")
                .environment("LC_ALL", "C.UTF-8")
                .jvmArguments("-Dgreeting=moin")
                .arguments("end"));

        assertThat(jvm.awaitExit(START_LIMIT)).isZero();
        assertThat(jvm.lines()).containsExactlyInAnyOrder("out grüß Gott in " + directory.toRealPath(), "err moin");
    }

    @Test
    void showsWhatWasPrintedAndWhereItHangsWhenItDoesNotEnd() {
        ForkedJvm jvm = hosts.start(ForkedJvm.of(Program.class).arguments("hang"));
        jvm.awaitLine("err", START_LIMIT);

        assertThatThrownBy(() -> jvm.awaitExit(Duration.ofMillis(500)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("still ran", "out null", "err null", "DestroyJavaVM");
        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(137);
    }

    @Test
    void doesNotWaitForALineWhenTheJvmHasEnded() {
        ForkedJvm jvm = hosts.start(ForkedJvm.of(Program.class).arguments("end"));

        assertThatThrownBy(() -> jvm.awaitLine("never", Duration.ofDays(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("ended without", "never", "err null");
    }
}
