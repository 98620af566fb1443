package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.FakeRender;
import io.gracefulbackup.testkit.fakes.ReceivedRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Pinata and a Render of one test. After each test it looks whether each host got its own credentials only, and none was
 * printed.
 */
final class FakeServices implements AfterEachCallback {
    /** What a host gives to Pinata's gateway. */
    static final String GATEWAY_TOKEN = "canary-gateway-token-Gw55";

    private final ForkedHosts hosts;
    private final FakePinata pinata = FakePinata.start();
    private final FakeRender render = FakeRender.start();

    FakeServices(ForkedHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        pinata.close();
        render.close();
        List<String> pinataKeys = List.of(pinata.apiKey(), pinata.secretKey(), pinata.jwt());
        List<String> foreignSecrets = List.of(ForkedHosts.SECRET, Database.PASSWORD);
        Stream.of(pinataKeys, foreignSecrets, List.of(render.apiKey(), GATEWAY_TOKEN))
                .flatMap(List::stream)
                .forEach(secret -> assertThat(hosts.output()).doesNotContain(secret));
        for (ReceivedRequest request : render.requests()) {
            assertContainsNone(request, Stream.of(pinataKeys, foreignSecrets, List.of(GATEWAY_TOKEN)));
        }
        for (ReceivedRequest request : pinata.requests()) {
            boolean gateway = request.url().startsWith(pinata.gatewayUrl());
            List<String> forbidden = gateway ? pinataKeys : List.of(GATEWAY_TOKEN);
            assertContainsNone(request, Stream.of(foreignSecrets, List.of(render.apiKey()), forbidden));
        }
    }

    private static void assertContainsNone(ReceivedRequest request, Stream<List<String>> secrets) {
        assertThat(secrets.flatMap(List::stream)).noneMatch(request::mentions);
    }

    FakePinata pinata() {
        return pinata;
    }

    FakeRender render() {
        return render;
    }

    /** All that a service could repeat of what it is told. */
    String allCredentials() {
        return String.join(" ", pinata.apiKey(), pinata.secretKey(), pinata.jwt(), render.apiKey(), GATEWAY_TOKEN);
    }

    /** Gives a host the key pair for Pinata. */
    ForkedJvm.Builder withPinata(ForkedJvm.Builder host) {
        return host.environment("PINATA_API_KEY", pinata.apiKey())
                .environment("PINATA_SECRET_KEY", pinata.secretKey())
                .environment("PINATA_API_URL", pinata.apiUrl())
                .environment("PINATA_UPLOAD_URL", pinata.uploadUrl())
                .environment("PINATA_GATEWAY", pinata.gatewayUrl());
    }

    /** Gives a host all that Pinata could ask for. */
    ForkedJvm.Builder withAllPinataCredentials(ForkedJvm.Builder host) {
        return withPinata(host)
                .environment("PINATA_JWT", pinata.jwt())
                .environment("PINATA_GATEWAY_TOKEN", GATEWAY_TOKEN);
    }

    /** Lets a host believe that it runs on Render, where the disk is worth nothing. */
    ForkedJvm.Builder onRender(ForkedJvm.Builder host) {
        return host.environment("RENDER", "true")
                .environment("RENDER_API_KEY", render.apiKey())
                .environment("RENDER_SERVICE_ID", render.serviceId())
                .environment("RENDER_API_URL", render.apiUrl())
                .environment("BACKUP_FILE", "off");
    }
}
