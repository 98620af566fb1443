package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.fakes.FakePin.Api;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import io.gracefulbackup.testkit.fakes.ReceivedRequest;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever fails in whichever call, no message, cause or warning shows a credential, and no host receives one that is not
 * meant for it.
 */
final class CredentialsTest {
    private static final Duration PATIENCE = Duration.ofMillis(400);

    private final FakePinata pinata = FakePinata.start();
    private final FakePinata other = FakePinata.start();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SyntheticBackup backup = SyntheticBackup.of(1, 100_000);

    /** As long as a real one, which is longer than the part of an answer that a message shows. */
    private final String wrongJwt = "eyJ" + "canary7".repeat(100);

    private final String token = "canary-gateway-token-3f81";
    private final List<String> secrets = List.of(
            pinata.apiKey(), pinata.secretKey(), pinata.jwt(), pinata.legacyJwt(), pinata.v3Jwt(), wrongJwt, token);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        pinata.close();
        other.close();
    }

    /** Makes a fault from the secrets that it may repeat and from another host that it may point to. */
    private interface FaultFactory extends BiFunction<List<String>, FakePinata, Fault> {}

    static Stream<Named<FaultFactory>> faults() {
        List<Named<FaultFactory>> all = new ArrayList<>();
        all.add(plain("silent", Fault.silent()));
        all.add(plain("slow request", Fault.slowRequest(1024)));
        all.add(plain("slow answer", Fault.slowResponse(1)));
        all.add(plain("delayed", Fault.delayed(Duration.ofMillis(200))));
        all.add(plain("closes at once", Fault.cutRequestAfter(0)));
        all.add(plain("closes during a request", Fault.cutRequestAfter(1000)));
        all.add(plain("closes during an answer", Fault.cutResponseAfter(3)));
        all.add(plain("loses the answer", Fault.lostAnswer()));
        all.add(plain("flips a bit of the request", Fault.corruptRequest(2000)));
        all.add(plain("flips a bit of the answer", Fault.corruptBody()));
        all.add(plain("gives a wrong CID", Fault.wrongCid()));
        all.add(plain("endless answers", Fault.hugeAnswer(1L << 40)));
        all.add(plain("too many requests", Fault.tooManyRequests(Duration.ofSeconds(60))));
        for (String field : List.of("IpfsHash", "data", "cid", "files", "rows", "ipfs_pin_hash")) {
            all.add(plain("without " + field, Fault.without(field)));
            all.add(Named.of("secrets in " + field, (secrets, other) -> Fault.with(field, String.join(" ", secrets))));
        }
        for (int status : List.of(200, 206, 400, 401, 403, 404, 413, 416, 429, 503)) {
            all.add(plain("empty " + status, Fault.empty(status)));
            all.add(Named.of(
                    status + " that repeats secrets",
                    (secrets, other) -> Fault.answer(status, "text/plain", String.join(" ", secrets))));
            all.add(Named.of(status + " that repeats secrets in JSON", (secrets, other) -> {
                String words = String.join(" ", secrets);
                return Fault.answer(
                        status,
                        "application/json",
                        "{\"error\":{\"reason\":\"" + words + "\",\"details\":\"" + words + "\"},\"IpfsHash\":\""
                                + words
                                + "\",\"data\":{\"cid\":\"" + words + "\",\"files\":[{\"cid\":\"" + words
                                + "\"}]},\"rows\":[{\"ipfs_pin_hash\":\"" + words + "\"}]}");
            }));
        }
        all.add(Named.of("redirects", (secrets, other) -> Fault.redirect(URI.create(other.apiUrl() + "/ipfs/x"))));
        all.add(Named.of(
                "redirects with the secrets in the address",
                (secrets, other) -> Fault.redirect(
                        URI.create(other.gatewayUrl() + "/ipfs/" + String.join("/", secrets) + "?" + secrets.get(0)))));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void noFailureShowsCredentials(FaultFactory fault) throws IOException {
        pinata.pin(Api.LEGACY, "backup", Map.copyOf(KeyValues.of(backup, "")), backup.newStream());
        pinata.pin(Api.V3, "backup", Map.copyOf(KeyValues.of(backup, "")), backup.newStream());
        pinata.gatewayToken(token);
        StoredBackup stored = StoredBackup.at(pinata.pins().get(0).cid(), null);
        pinata.always(fault.apply(secrets, other));
        List<ConfiguredSink> sinks = Stream.of(pair(), jwt(pinata.jwt()), both(), jwt(pinata.v3Jwt()), jwt(wrongJwt))
                .map(ConfiguredSink::new)
                .toList();

        CompletableFuture.allOf(sinks.stream()
                        .flatMap(sink -> sink.calls(stored))
                        .map(call -> CompletableFuture.runAsync(call, threads))
                        .toArray(CompletableFuture[]::new))
                .join();

        sinks.forEach(ConfiguredSink::assertShowsNoSecret);
        assertOnlyTheRightHostsGotCredentials();
    }

    /** Redirects of a gateway are followed, without credentials. */
    @Test
    void noCredentialGoesToTheTargetOfARedirect() throws IOException {
        TestSinkContext context = both();
        PinataSink sink = SinkTest.open(context);
        StoredBackup stored = sink.store(backup, SinkTest.enough());
        other.pin(Api.LEGACY, "copy", Map.of(), backup.newStream());
        pinata.always(
                Fault.redirect(URI.create(other.gatewayUrl() + "/ipfs/" + stored.location())), PinataCall.DOWNLOAD);

        assertThat(SinkTest.read(sink, stored)).isEqualTo(backup.bytes());
        assertThat(other.requests()).isNotEmpty();
        assertOnlyTheRightHostsGotCredentials();
    }

    /** A sink with one combination of credentials, and every text that it produced. */
    private static final class ConfiguredSink {
        private final TestSinkContext context;
        private final PinataSink sink;
        private final List<String> texts = new CopyOnWriteArrayList<>();

        ConfiguredSink(TestSinkContext context) {
            this.context = context;
            sink = SinkTest.open(context);
            texts.add(sink + " " + sink.detectedLine());
        }

        Stream<Runnable> calls(StoredBackup stored) {
            return Stream.<ThrowingCallable>of(
                            () -> texts.add(sink.store(SyntheticBackup.of(2, 5_000_000), Deadline.after(PATIENCE))
                                    .toString()),
                            () -> texts.add(sink.list(Deadline.after(PATIENCE)).toString()),
                            () -> {
                                try (InputStream in = sink.open(stored, Deadline.after(PATIENCE))) {
                                    in.readAllBytes();
                                }
                            },
                            () -> sink.delete(stored, Deadline.after(PATIENCE)))
                    .map(call -> () -> run(call));
        }

        private void run(ThrowingCallable call) {
            Throwable failure = catchThrowable(call);
            if (failure != null) {
                StringWriter all = new StringWriter();
                failure.printStackTrace(new PrintWriter(all));
                texts.add(all.toString());
            }
        }

        void assertShowsNoSecret() {
            texts.addAll(context.warnings());
            assertThat(texts)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(text -> secretsOf(context).forEach(secret -> assertDoesNotShow(secret, text)));
        }
    }

    /** Asserts that a text shows neither the beginning nor the end of a secret. */
    private static void assertDoesNotShow(String secret, String text) {
        assertThat(text).doesNotContain(secret.substring(0, 10)).doesNotContain(secret.substring(secret.length() - 10));
    }

    private static Stream<String> secretsOf(TestSinkContext context) {
        return Stream.of("PINATA_API_KEY", "PINATA_SECRET_KEY", "PINATA_JWT", "PINATA_GATEWAY_TOKEN")
                .flatMap(name -> context.secret(name).stream());
    }

    private void assertOnlyTheRightHostsGotCredentials() {
        for (ReceivedRequest request : pinata.requests()) {
            boolean gateway = request.url().startsWith(pinata.gatewayUrl());
            assertThat(secrets).filteredOn(request::mentions).allMatch(secret -> gateway == secret.equals(token));
        }
        // The address of a redirect may contain them; no header may.
        assertThat(other.requests())
                .allSatisfy(request -> secrets.forEach(
                        secret -> assertDoesNotShow(secret, request.headers().toString())));
    }

    private TestSinkContext pair() {
        TestSinkContext context = new TestSinkContext(SyntheticBackup.APPLICATION, SyntheticBackup.INSPECTOR);
        context.set("PINATA_API_URL", pinata.apiUrl());
        context.set("PINATA_UPLOAD_URL", pinata.uploadUrl());
        context.set("PINATA_GATEWAY", pinata.gatewayUrl() + "," + other.gatewayUrl());
        context.set("PINATA_GATEWAY_TOKEN", token);
        context.set("PINATA_API_KEY", pinata.apiKey());
        context.set("PINATA_SECRET_KEY", pinata.secretKey());
        return context;
    }

    private TestSinkContext both() {
        TestSinkContext context = pair();
        context.set("PINATA_JWT", pinata.jwt());
        return context;
    }

    private TestSinkContext jwt(String jwt) {
        TestSinkContext context = both();
        context.unset("PINATA_API_KEY");
        context.unset("PINATA_SECRET_KEY");
        context.set("PINATA_JWT", jwt);
        return context;
    }

    private static Named<FaultFactory> plain(String name, Fault fault) {
        return Named.of(name, (secrets, other) -> fault);
    }
}
