package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process of a deployed application. Requests go to it directly, not through the router. */
final class Instance {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client;
    private final ForkedJvm jvm;
    private final int port;

    Instance(HttpClient client, ForkedJvm jvm, int port) {
        this.client = client;
        this.jvm = jvm;
        this.port = port;
    }

    ForkedJvm jvm() {
        return jvm;
    }

    int port() {
        return port;
    }

    String state() {
        return status().path("detail").asString();
    }

    long epoch() {
        return status().path("epoch").asLong();
    }

    JsonNode status() {
        HttpResponse<String> response = get("/api/status");
        assertThat(response.statusCode())
                .as("readiness never depends on the lease")
                .isEqualTo(200);
        return JSON.readTree(response.body());
    }

    void awaitState(String state, Duration limit) {
        Polling.until(() -> state().equals(state), limit, () -> "state " + state + "; it is " + state() + "\n" + jvm);
    }

    void awaitStateOtherThan(String state, Duration limit) {
        Polling.until(() -> !state().equals(state), limit, () -> "another state than " + state + "\n" + jvm);
    }

    /** Waits until its health check succeeds. */
    void awaitHealthy() {
        Polling.until(
                () -> {
                    assertThat(jvm.isAlive())
                            .as("still runs during its start\n%s", jvm)
                            .isTrue();
                    return health() == 200;
                },
                ForkedHosts.START_LIMIT,
                () -> "a health check of\n" + jvm);
    }

    /** The status code of its health check; 0 while it does not listen. */
    int health() {
        try {
            return send("/healthz").statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    HttpResponse<String> get(String path) {
        try {
            return send(path);
        } catch (IOException e) {
            throw new AssertionError(path + " of " + jvm, e);
        }
    }

    private HttpResponse<String> send(String path) throws IOException {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGTERM, as a platform does, and waits for the exit. */
    void terminate() {
        jvm.signal("TERM");
        assertThat(jvm.awaitExit(ForkedHosts.EXIT_LIMIT)).isEqualTo(143);
    }
}
