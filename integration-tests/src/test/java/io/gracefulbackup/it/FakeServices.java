package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.FakeRender;
import io.gracefulbackup.testkit.fakes.ReceivedRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The stand-ins for Pinata and Render of one test. After each test it fails if a service received credentials that are not its
 * own, or if a host printed any.
 */
final class FakeServices implements AfterEachCallback {
    /** The token for Pinata's gateway. */
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

    /** All credentials that a service could repeat in an answer. */
    String allCredentials() {
        return String.join(" ", pinata.apiKey(), pinata.secretKey(), pinata.jwt(), render.apiKey(), GATEWAY_TOKEN);
    }

    /** Gives a host the key pair for Pinata. */
    ForkedJvm.Builder withPinata(ForkedJvm.Builder host) {
        pinataSettings().forEach(host::environment);
        return host;
    }

    /** The settings of an application with the key pair for Pinata. */
    Map<String, String> pinataSettings() {
        return Map.of(
                "PINATA_API_KEY", pinata.apiKey(),
                "PINATA_SECRET_KEY", pinata.secretKey(),
                "PINATA_API_URL", pinata.apiUrl(),
                "PINATA_UPLOAD_URL", pinata.uploadUrl(),
                "PINATA_GATEWAY", pinata.gatewayUrl());
    }

    /** The settings of an application that stores to Pinata only and keeps its pointers in Render. */
    Map<String, String> settingsWithoutDisk() {
        Map<String, String> settings = new HashMap<>(pinataSettings());
        settings.putAll(renderSettings());
        settings.put("SECRET_KEY", ForkedHosts.SECRET);
        return settings;
    }

    private Map<String, String> renderSettings() {
        return Map.of(
                "RENDER_API_KEY", render.apiKey(),
                "RENDER_SERVICE_ID", render.serviceId(),
                "RENDER_API_URL", render.apiUrl(),
                "BACKUP_FILE", "off");
    }

    /** Gives a host every credential that Pinata accepts. */
    ForkedJvm.Builder withAllPinataCredentials(ForkedJvm.Builder host) {
        return withPinata(host)
                .environment("PINATA_JWT", pinata.jwt())
                .environment("PINATA_GATEWAY_TOKEN", GATEWAY_TOKEN);
    }

    /** Makes a host believe that it runs on Render, where the disk is not durable. */
    ForkedJvm.Builder onRender(ForkedJvm.Builder host) {
        renderSettings().forEach(host::environment);
        return host.environment("RENDER", "true");
    }
}
