package io.gracefulbackup.testkit.fakes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.gracefulbackup.testkit.fakes.FakeRender.ResetStyle;
import io.gracefulbackup.testkit.fakes.TestClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class FakeRenderTest {
    private final FakeRender render = FakeRender.start();
    private final TestClient client = TestClient.bearer(render.apiKey());
    private final String variables = render.apiUrl() + "/services/" + render.serviceId() + "/env-vars";

    @AfterEach
    void stop() {
        render.close();
    }

    @Test
    void oneVariableIsCreatedChangedAndRead() throws IOException {
        render.variable("OTHER", "stays");

        Answer absent = client.get(variables + "/PINATA_LATEST_CID");
        Answer created = client.put(variables + "/PINATA_LATEST_CID", "{\"value\":\"one\"}");
        client.put(variables + "/PINATA_LATEST_CID", "{\"value\":\"two\"}");
        Answer read = client.get(variables + "/PINATA_LATEST_CID");

        assertThat(absent.status()).isEqualTo(404);
        assertThat(created.body()).isEqualTo("{\"key\":\"PINATA_LATEST_CID\",\"value\":\"one\"}");
        assertThat(read.body()).isEqualTo("{\"key\":\"PINATA_LATEST_CID\",\"value\":\"two\"}");
        assertThat(render.variables()).containsExactly(entry("OTHER", "stays"), entry("PINATA_LATEST_CID", "two"));
    }

    @Test
    void theListComesInPagesOfTwenty() throws IOException {
        for (int i = 0; i < 25; i++) {
            render.variable("NAME_" + i, "" + i);
        }

        JsonNode first = client.get(variables).json();
        JsonNode second = client.get(
                        variables + "?cursor=" + first.at("/19/cursor").asString())
                .json();

        assertThat(first).hasSize(20);
        assertThat(second).hasSize(5);
        assertThat(second.at("/0/envVar/key").asString()).isEqualTo("NAME_20");
        assertThat(client.get(variables + "?limit=100").json()).hasSize(25);
    }

    @Test
    void replacingAllVariablesRemovesTheOthers() throws IOException {
        render.variable("DATABASE_URL", "precious");

        client.put(variables, "[{\"key\":\"A\",\"value\":\"1\"}]");

        assertThat(render.variables()).containsExactly(entry("A", "1"));
    }

    @Test
    void theServiceReportsItsShutdownDelay() throws IOException {
        render.maxShutdownDelay(Duration.ofMinutes(2));

        JsonNode service =
                client.get(render.apiUrl() + "/services/" + render.serviceId()).json();

        assertThat(service.at("/serviceDetails/maxShutdownDelaySeconds").intValue())
                .isEqualTo(120);
    }

    @Test
    void wrongKeysServicesAndValuesAreRefused() throws IOException {
        assertThat(new TestClient().get(variables + "/A").status()).isEqualTo(401);
        assertThat(TestClient.bearer("rnd_wrong")
                        .put(variables + "/A", "{\"value\":\"x\"}")
                        .status())
                .isEqualTo(401);
        Answer otherService = client.get(render.apiUrl() + "/services/srv-other/env-vars/A");
        assertThat(otherService.status()).isEqualTo(404);
        assertThat(otherService.body()).isEqualTo("{\"message\":\"not found: srv-other\"}");
        assertThat(client.put(variables + "/A", "{\"value\":7}").status()).isEqualTo(400);
        assertThat(client.put(render.apiUrl() + "/services/" + render.serviceId() + "/deploys", "{}")
                        .status())
                .isEqualTo(404);
        assertThat(render.variables()).isEmpty();
    }

    @Test
    void refusalsNameTheResetTimeInBothStyles() throws IOException {
        render.rateLimit(0, Duration.ofSeconds(30), ResetStyle.SECONDS_LEFT);
        Answer left = client.get(variables);
        render.rateLimit(0, Duration.ofSeconds(30), ResetStyle.EPOCH_SECONDS);
        Answer epoch = client.get(variables);

        assertThat(left.status()).isEqualTo(429);
        assertThat(left.header("Retry-After")).contains("30");
        assertThat(left.header("Ratelimit-Reset")).contains("30");
        assertThat(Long.parseLong(epoch.header("Ratelimit-Reset").orElseThrow()))
                .isGreaterThan(Instant.now().getEpochSecond());
    }

    @Test
    void faultsAffectTheNamedCalls() throws IOException {
        render.next(1, Fault.empty(503), RenderCall.WRITE_VARIABLE);

        assertThat(client.get(variables).status()).isEqualTo(200);
        assertThat(client.put(variables + "/A", "{\"value\":\"x\"}").status()).isEqualTo(503);
        assertThat(client.put(variables + "/A", "{\"value\":\"x\"}").status()).isEqualTo(200);
        assertThat(render.requests()).hasSize(3).allMatch(request -> request.mentions(render.apiKey()));
    }
}
