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
 * Canaries: whatever goes wrong with whichever call, no credential stands in anything that is said, causes included, and
 * none gets to a host that it is not for.
 */
final class CredentialsTest {
    private static final Duration PATIENCE = Duration.ofMillis(400);

    private final FakePinata pinata = FakePinata.start();
    private final FakePinata other = FakePinata.start();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SyntheticBackup backup = SyntheticBackup.of(1, 100_000);

    /** As long as a real one, which is more than a message shows of what a service says. */
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

    /** Makes a fault of the secrets that it may repeat, and another host that it may point to. */
    private interface Ailment extends BiFunction<List<String>, FakePinata, Fault> {}

    static Stream<Named<Ailment>> ailments() {
        List<Named<Ailment>> all = new ArrayList<>();
        all.add(plain("silent", Fault.silent()));
        all.add(plain("slow in taking", Fault.slowRequest(1024)));
        all.add(plain("slow in answering", Fault.slowResponse(1)));
        all.add(plain("late", Fault.delayed(Duration.ofMillis(200))));
        all.add(plain("breaks off at once", Fault.cutRequestAfter(0)));
        all.add(plain("breaks off a request", Fault.cutRequestAfter(1000)));
        all.add(plain("breaks off an answer", Fault.cutResponseAfter(3)));
        all.add(plain("loses the answer", Fault.lostAnswer()));
        all.add(plain("flips a bit of what it gets", Fault.corruptRequest(2000)));
        all.add(plain("flips a bit of what it sends", Fault.corruptBody()));
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
    @MethodSource("ailments")
    void noFailureShowsThem(Ailment ailment) throws IOException {
        pinata.pin(Api.LEGACY, "backup", Map.copyOf(KeyValues.of(backup, "")), backup.newStream());
        pinata.pin(Api.V3, "backup", Map.copyOf(KeyValues.of(backup, "")), backup.newStream());
        pinata.gatewayToken(token);
        StoredBackup stored = StoredBackup.at(pinata.pins().get(0).cid(), null);
        pinata.always(ailment.apply(secrets, other));
        List<Speaker> speakers = Stream.of(pair(), jwt(pinata.jwt()), both(), jwt(pinata.v3Jwt()), jwt(wrongJwt))
                .map(Speaker::new)
                .toList();

        CompletableFuture.allOf(speakers.stream()
                        .flatMap(speaker -> speaker.calls(stored))
                        .map(call -> CompletableFuture.runAsync(call, threads))
                        .toArray(CompletableFuture[]::new))
                .join();

        speakers.forEach(Speaker::hasShownNothing);
        assertEachIsWhereItBelongs();
    }

    /** Redirects of a gateway are followed; whoever it points to is told nothing. */
    @Test
    void whoeverAGatewayRedirectsToIsToldNothing() throws IOException {
        TestSinkContext context = both();
        PinataSink sink = SinkTest.open(context);
        StoredBackup stored = sink.store(backup, SinkTest.enough());
        other.pin(Api.LEGACY, "copy", Map.of(), backup.newStream());
        pinata.always(
                Fault.redirect(URI.create(other.gatewayUrl() + "/ipfs/" + stored.location())), PinataCall.DOWNLOAD);

        assertThat(SinkTest.read(sink, stored)).isEqualTo(backup.bytes());
        assertThat(other.requests()).isNotEmpty();
        assertEachIsWhereItBelongs();
    }

    /** One way to be configured, and all that came of it. */
    private static final class Speaker {
        private final TestSinkContext context;
        private final PinataSink sink;
        private final List<String> said = new CopyOnWriteArrayList<>();

        Speaker(TestSinkContext context) {
            this.context = context;
            sink = SinkTest.open(context);
            said.add(sink + " " + sink.detectedLine());
        }

        Stream<Runnable> calls(StoredBackup stored) {
            return Stream.<ThrowingCallable>of(
                            () -> said.add(sink.store(SyntheticBackup.of(2, 5_000_000), Deadline.after(PATIENCE))
                                    .toString()),
                            () -> said.add(sink.list(Deadline.after(PATIENCE)).toString()),
                            () -> {
                                try (InputStream in = sink.open(stored, Deadline.after(PATIENCE))) {
                                    in.readAllBytes();
                                }
                            },
                            () -> sink.delete(stored, Deadline.after(PATIENCE)))
                    .map(call -> () -> tell(call));
        }

        private void tell(ThrowingCallable call) {
            Throwable failure = catchThrowable(call);
            if (failure != null) {
                StringWriter all = new StringWriter();
                failure.printStackTrace(new PrintWriter(all));
                said.add(all.toString());
            }
        }

        void hasShownNothing() {
            said.addAll(context.warnings());
            assertThat(said)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(text -> secretsOf(context).forEach(secret -> assertShowsNothingOf(secret, text)));
        }
    }

    /** Nor the beginning or the end of it. */
    private static void assertShowsNothingOf(String secret, String text) {
        assertThat(text).doesNotContain(secret.substring(0, 10)).doesNotContain(secret.substring(secret.length() - 10));
    }

    private static Stream<String> secretsOf(TestSinkContext context) {
        return Stream.of("PINATA_API_KEY", "PINATA_SECRET_KEY", "PINATA_JWT", "PINATA_GATEWAY_TOKEN")
                .flatMap(name -> context.secret(name).stream());
    }

    private void assertEachIsWhereItBelongs() {
        for (ReceivedRequest request : pinata.requests()) {
            boolean gateway = request.url().startsWith(pinata.gatewayUrl());
            assertThat(secrets).filteredOn(request::mentions).allMatch(secret -> gateway == secret.equals(token));
        }
        // What a redirect itself names is known there anyway; none of it may come as a header.
        assertThat(other.requests())
                .allSatisfy(request -> secrets.forEach(
                        secret -> assertShowsNothingOf(secret, request.headers().toString())));
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

    private static Named<Ailment> plain(String name, Fault fault) {
        return Named.of(name, (secrets, other) -> fault);
    }
}
