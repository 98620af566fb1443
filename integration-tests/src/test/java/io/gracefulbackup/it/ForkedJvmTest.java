package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.testkit.ForkedJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForkedJvmTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    /** Prints what the test gave it. Waits if it has no arguments; with {@code hang}, its shutdown hook never ends. */
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

    /** Starts a JVM that prints its environment, and prints what that one printed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) {
            try (ForkedJvm child = ForkedJvm.of(Child.class)
                    .environment("GIVEN", "by the test")
                    .inheriting("PASSED_ON"::equals)
                    .start()) {
                child.awaitExit(START_LIMIT);
                child.lines().forEach(System.out::println);
            }
        }
    }

    /** Prints its environment. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            System.getenv().forEach((name, value) -> System.out.println("env " + name + "=" + value));
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129", "KILL, 137"})
    void reportsTheExitCodeOfTheSignal(String signal, int code) {
        ForkedJvm jvm = hosts.start(ForkedJvm.of(Program.class));
        jvm.awaitLine("err", START_LIMIT);

        jvm.signal(signal);

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(code);
        assertThat(jvm.isAlive()).isFalse();
    }

    @Test
    void usesTheDirectoryTheEnvironmentAndTheArgumentsOfTheBuilder(@TempDir Path directory) throws Exception {
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
    void startsFromACleanEnvironment() {
        ForkedJvm.Builder parent = ForkedJvm.of(Parent.class)
                .environment("PASSED_ON", "by the test's own environment")
                .environment("LC_ALL", "C.UTF-8")
                .environment("TZ", "UTC");
        List<String> dangerous = List.of(
                "SECRET_KEY",
                "SECRET_KEY_FILE",
                "DATABASE_URL",
                "PINATA_JWT",
                "RENDER",
                "RENDER_API_KEY",
                "BACKUP_TIMEOUT",
                "PORT",
                "KUBERNETES_SERVICE_HOST",
                "JAVA_TOOL_OPTIONS",
                "JDK_JAVA_OPTIONS",
                "UNHEARD_OF");
        dangerous.forEach(name -> parent.environment(name, "-Dset=by-somebody-else"));
        ForkedJvm jvm = hosts.start(parent);

        assertThat(jvm.awaitExit(START_LIMIT)).isZero();
        List<String> lines =
                jvm.lines().stream().filter(line -> line.startsWith("env ")).toList();
        assertThat(lines)
                .contains(
                        "env GIVEN=by the test",
                        "env PASSED_ON=by the test's own environment",
                        "env LC_ALL=C.UTF-8",
                        "env TZ=UTC",
                        "env PATH=" + System.getenv("PATH"));
        assertThat(lines).noneMatch(line -> line.contains("by-somebody-else"));
    }

    @Test
    void showsTheOutputAndTheThreadsOfAJvmThatDoesNotEnd() {
        ForkedJvm jvm = hosts.start(ForkedJvm.of(Program.class).arguments("hang"));
        jvm.awaitLine("err", START_LIMIT);

        assertThatThrownBy(() -> jvm.awaitExit(Duration.ofMillis(500)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("still ran", "out null", "err null", "DestroyJavaVM");
        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(137);
    }

    @Test
    void stopsWaitingForALineWhenTheJvmHasEnded() {
        ForkedJvm jvm = hosts.start(ForkedJvm.of(Program.class).arguments("end"));

        assertThatThrownBy(() -> jvm.awaitLine("never", Duration.ofDays(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("ended without", "never", "err null");
    }
}
