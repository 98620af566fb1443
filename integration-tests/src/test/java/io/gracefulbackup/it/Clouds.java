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
final class Clouds implements AfterEachCallback {
    private final Forks forks;
    private final FakePinata pinata = FakePinata.start();
    private final FakeRender render = FakeRender.start();

    Clouds(Forks forks) {
        this.forks = forks;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        pinata.close();
        render.close();
        List<String> ofPinata = List.of(pinata.apiKey(), pinata.secretKey(), pinata.jwt());
        Stream.concat(ofPinata.stream(), Stream.of(render.apiKey()))
                .forEach(secret -> assertThat(forks.output()).doesNotContain(secret));
        assertThat(render.requests()).noneMatch(request -> ofPinata.stream().anyMatch(request::mentions));
        for (ReceivedRequest request : pinata.requests()) {
            assertThat(request.mentions(render.apiKey())).isFalse();
            assertThat(request.url().startsWith(pinata.gatewayUrl())
                            && ofPinata.stream().anyMatch(request::mentions))
                    .isFalse();
        }
    }

    FakePinata pinata() {
        return pinata;
    }

    FakeRender render() {
        return render;
    }

    /** Gives a host the key pair for Pinata. */
    ForkedJvm.Builder withPinata(ForkedJvm.Builder host) {
        return host.environment("PINATA_API_KEY", pinata.apiKey())
                .environment("PINATA_SECRET_KEY", pinata.secretKey())
                .environment("PINATA_API_URL", pinata.apiUrl())
                .environment("PINATA_UPLOAD_URL", pinata.uploadUrl())
                .environment("PINATA_GATEWAY", pinata.gatewayUrl());
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
