package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.WriteLoad.Acknowledgement;
import io.gracefulbackup.it.hosts.ChainHost;
import io.gracefulbackup.it.hosts.JarHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Simulates the deploys of a platform while clients write: start a new instance beside the old one, wait for its health check, route
 * the traffic to it, and send SIGTERM to the old one.
 */
final class DeploySimulation implements AutoCloseable {
    /** The runnable jar of the property registry, if the build has created it. */
    static final Path JAR = Path.of("../examples/property-registry/target/property-registry.jar");

    /** How long an instance that receives the traffic may take until it accepts a change, on a busy machine. */
    static final Duration HANDOFF_LIMIT = Duration.ofSeconds(20);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ForkedHosts hosts;
    private final UnaryOperator<ForkedJvm.Builder> settings;
    private final Router router = new Router();
    private final WriteLoad load;
    private int instances;

    /**
     * Starts the router and the clients.
     *
     * @param settings configures every instance, above all with the database
     */
    DeploySimulation(ForkedHosts hosts, UnaryOperator<ForkedJvm.Builder> settings) throws IOException {
        this.hosts = hosts;
        this.settings = settings;
        load = new WriteLoad(router.uri());
    }

    WriteLoad load() {
        return load;
    }

    /** Starts a {@link ChainHost} and waits for its health check. */
    Instance startHealthy(String... options) throws IOException {
        return awaitHealthy(start(UnaryOperator.identity(), options));
    }

    /** Starts a {@link ChainHost} with additional settings and waits for its health check. */
    Instance startHealthy(UnaryOperator<ForkedJvm.Builder> customizer, String... options) throws IOException {
        return awaitHealthy(start(customizer, options));
    }

    /** Starts a {@link ChainHost}. */
    Instance start(UnaryOperator<ForkedJvm.Builder> customizer, String... options) throws IOException {
        return start(customizer.apply(hosts.describe(ChainHost.class, options)));
    }

    /** Starts the registry and waits for its health check. */
    Instance startHealthyRegistry(UnaryOperator<ForkedJvm.Builder> customizer) throws IOException {
        return awaitHealthy(start(customizer.apply(hosts.describe(
                JarHost.class, JAR.toAbsolutePath().toString(), "io.gracefulbackup.examples.registry.Main"))));
    }

    private Instance start(ForkedJvm.Builder description) throws IOException {
        // On a platform each instance has its own disk.
        Path disk = Files.createDirectory(hosts.directory().resolve("instance-" + ++instances));
        int port = freePort();
        ForkedJvm jvm = hosts.start(settings.apply(description)
                .directory(disk)
                .environment("PORT", String.valueOf(port))
                .jvmArguments("-Dsun.net.httpserver.nodelay=true"));
        return new Instance(client, jvm, port);
    }

    private static Instance awaitHealthy(Instance instance) {
        instance.awaitHealthy();
        return instance;
    }

    /** Routes the traffic to an instance. */
    void route(Instance instance) {
        router.switchTo(instance.port());
    }

    /**
     * Routes the traffic to an instance and waits until it accepts changes.
     *
     * @return for how long no instance accepted changes, in milliseconds
     */
    long switchTo(Instance instance) {
        route(instance);
        Acknowledgement first = load.awaitOneFrom(instance, HANDOFF_LIMIT);
        return load.acknowledged().stream()
                .filter(one -> one.receivedAt() < first.receivedAt() && one.port() != instance.port())
                .mapToLong(one -> TimeUnit.NANOSECONDS.toMillis(first.receivedAt() - one.receivedAt()))
                .min()
                .orElse(0);
    }

    /** Reads all blocks, as any client would, and fails if an acknowledged change is missing. */
    void assertNothingLost() {
        assertThat(lost()).as("acknowledged and lost").isEmpty();
    }

    /** The changes that were acknowledged before this call and are missing. Fails if the chain is broken. */
    List<Acknowledgement> lost() {
        List<Acknowledgement> noted = load.acknowledged();
        Set<String> there = new HashSet<>();
        String previous = "0".repeat(64);
        for (JsonNode block : blocks()) {
            assertThat(block.path("previousHash").asString())
                    .as("link of block %s", block.path("index"))
                    .isEqualTo(previous);
            previous = block.path("hash").asString();
            assertThat(there.add(block.path("deed").path("survey").asString()))
                    .as("%s exists once", block)
                    .isTrue();
        }
        assertThat(load.unexpectedAnswers()).isEmpty();
        return noted.stream().filter(one -> !there.contains(one.survey())).toList();
    }

    private JsonNode blocks() {
        AtomicReference<String> body = new AtomicReference<>("");
        Polling.until(
                () -> {
                    try {
                        HttpResponse<String> response = client.send(
                                HttpRequest.newBuilder(router.uri().resolve("/api/blocks"))
                                        .timeout(Duration.ofSeconds(30))
                                        .build(),
                                BodyHandlers.ofString());
                        body.set(response.body());
                        return response.statusCode() == 200;
                    } catch (IOException e) {
                        return false;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                HANDOFF_LIMIT,
                () -> "the blocks");
        return JSON.readTree(body.get());
    }

    /** Prints the figures. */
    void report(String what) {
        System.out.println(what + ": " + load.acknowledged().size() + " acknowledged, " + lost().size() + " lost, "
                + load.refused() + " refused and repeated");
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() {
        load.close();
        router.close();
    }
}
