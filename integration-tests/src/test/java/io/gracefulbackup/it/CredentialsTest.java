package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.START;
import static io.gracefulbackup.it.ForkedHosts.gone;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A host that has every credential there is, and logs all that there is to log, starts and ends while Pinata and Render
 * ail. That {@link FakeServices} looks through its output and through all requests after each test is the assertion.
 */
final class CredentialsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    @RegisterExtension
    static final Database database = new Database();

    @RegisterExtension
    final ForkedHosts forks = new ForkedHosts();

    @RegisterExtension
    final FakeServices clouds = new FakeServices(forks);

    static Stream<Named<Function<FakeServices, Fault>>> ailments() {
        return Stream.of(
                Named.of("well", clouds -> Fault.delayed(Duration.ZERO)),
                Named.of("silent", clouds -> Fault.silent()),
                Named.of("failing", clouds -> Fault.error(500)),
                Named.of(
                        "refusing, with all keys in the answer",
                        clouds -> Fault.answer(401, "text/plain", clouds.allKeys())),
                Named.of(
                        "redirecting to each other",
                        clouds -> Fault.redirect(URI.create(clouds.render().apiUrl()))));
    }

    @ParameterizedTest
    @MethodSource("ailments")
    void noneShowsAtAnExitNorAtAStart(Function<FakeServices, Fault> ailment) {
        Fault fault = ailment.apply(clouds);
        ForkedJvm jvm = forks.start(describe());
        jvm.awaitLine("READY count=3", START);
        clouds.pinata().always(fault);
        clouds.render().always(fault);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(gone(TIMEOUT))).isEqualTo(143);
        forks.start(describe("end=return")).awaitExit(START);
        assertThat(jvm.output()).as("everything is logged").contains("DEBUG");
    }

    private ForkedJvm.Builder describe(String... options) {
        return clouds.onRender(clouds.withAllOfPinata(database.with(forks.describe(CounterHost.class, options))))
                .environment("BACKUP_TIMEOUT", TIMEOUT.toSeconds() + "s")
                .environment("BACKUP_START_TIMEOUT", "3s")
                .jvmArguments("-Dorg.slf4j.simpleLogger.defaultLogLevel=trace");
    }
}
