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
 * Plays a platform's deploys: a new instance beside the old one, a health check, the traffic, and a SIGTERM for the old one a
 * little later, while clients write.
 */
final class DeploySimulation implements AutoCloseable {
    /** The registry's runnable jar, if the build has made it. */
    static final Path JAR = Path.of("../examples/property-registry/target/property-registry.jar");

    /** By when an instance that got the traffic accepts a change, on a busy machine. */
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
     * Begins with one instance, and clients that write to it.
     *
     * @param settings what all instances have, above all the database
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

    /** The same, with settings of its own. */
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
        // A platform gives each instance a disk of its own.
        Path disk = Files.createDirectory(hosts.directory().resolve("instance-" + ++instances));
        int port = freePort();
        ForkedJvm jvm = hosts.start(settings.apply(description)
                .directory(disk)
                .environment("PORT", String.valueOf(port))
                .jvmArguments("-Dsun.net.httpserver.nodelay=true")
                .jvmArguments(ForkedHosts.FAST_START_OPTIONS));
        return new Instance(client, jvm, port);
    }

    private static Instance awaitHealthy(Instance instance) {
        instance.awaitHealthy();
        return instance;
    }

    /** Gives an instance the traffic. */
    void route(Instance instance) {
        router.switchTo(instance.port());
    }

    /**
     * Gives an instance the traffic and waits until it accepts changes.
     *
     * @return how long nobody did, in milliseconds
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

    /** Asks for all blocks, as any client would, and compares them with what clients have noted. */
    void assertNothingLost() {
        assertThat(lost()).as("acknowledged and lost").isEmpty();
    }

    /** What was acknowledged before this call and is not there; the chain must be whole in any case. */
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
                    .as("once only: %s", block)
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

    /** What came of it, for the record. */
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
