package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.exitLimit;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A host with every credential and the most detailed log level starts and exits while Pinata and Render fail. After each test {@link
 * FakeServices} searches its output and all requests for credentials.
 */
final class CredentialsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    @RegisterExtension
    static final Database database = Database.onSharedServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @RegisterExtension
    final FakeServices services = new FakeServices(hosts);

    static Stream<Named<Function<FakeServices, Fault>>> faults() {
        return Stream.of(
                Named.of("silent", services -> Fault.silent()),
                Named.of(
                        "refusing, with all keys in the answer",
                        services -> Fault.answer(401, "text/plain", services.allCredentials())),
                Named.of(
                        "redirecting to each other",
                        services -> Fault.redirect(URI.create(services.render().apiUrl()))));
    }

    /** These answers repeat nothing and lead nowhere. */
    static Stream<Named<Function<FakeServices, Fault>>> harmlessAnswers() {
        return Stream.of(
                Named.of("without a fault", services -> Fault.delayed(Duration.ZERO)),
                Named.of("failing", services -> Fault.error(500)));
    }

    @ParameterizedTest
    @MethodSource("harmlessAnswers")
    @Tag("slow")
    void noneIsPrintedAfterOtherAnswers(Function<FakeServices, Fault> faultOf) {
        noneIsPrintedAtAnExitOrAtAStart(faultOf);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void noneIsPrintedAtAnExitOrAtAStart(Function<FakeServices, Fault> faultOf) {
        Fault fault = faultOf.apply(services);
        ForkedJvm jvm = hosts.start(describe());
        jvm.awaitLine("READY count=3", START_LIMIT);
        services.pinata().always(fault);
        services.render().always(fault);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(TIMEOUT))).isEqualTo(143);
        hosts.start(describe("script=return")).awaitExit(START_LIMIT);
        assertThat(jvm.output()).as("everything is logged").contains("DEBUG");
    }

    private ForkedJvm.Builder describe(String... options) {
        return services.onRender(services.withAllPinataCredentials(
                        database.configure(hosts.describe(CounterHost.class, options))))
                .environment("BACKUP_TIMEOUT", TIMEOUT.toSeconds() + "s")
                .environment("BACKUP_START_TIMEOUT", "3s")
                .jvmArguments("-Dorg.slf4j.simpleLogger.defaultLogLevel=trace");
    }
}
