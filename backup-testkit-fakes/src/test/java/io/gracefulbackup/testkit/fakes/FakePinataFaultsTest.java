package io.gracefulbackup.testkit.fakes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.testkit.fakes.FakePinata.ErrorStyle;
import io.gracefulbackup.testkit.fakes.FakePinata.Quota;
import io.gracefulbackup.testkit.fakes.TestClient.Answer;
import io.gracefulbackup.testkit.internal.Poll;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How Pinata behaves with faults, limits and wrong credentials. */
final class FakePinataFaultsTest {
    private static final byte[] CONTENT = "0123456789".repeat(20_000).getBytes(StandardCharsets.US_ASCII);

    private final FakePinata pinata = FakePinata.start();
    private final TestClient client = TestClient.keyPair(pinata);
    private final TestClient v3 = TestClient.bearer(pinata.jwt());

    @AfterEach
    void stop() {
        pinata.close();
    }

    @Test
    void wrongCredentialsAreInvalid() throws IOException {
        Answer noKeys = new TestClient().get(pinata.apiUrl() + "/data/pinList");
        Answer wrongKeys = new TestClient("pinata_api_key", pinata.apiKey(), "pinata_secret_api_key", "wrong")
                .legacyUpload(pinata, "a", CONTENT);
        Answer keyPairOnV3 = client.v3Upload(pinata, "a", CONTENT, Map.of());

        assertThat(noKeys.status()).isEqualTo(401);
        assertThat(wrongKeys.status()).isEqualTo(401);
        assertThat(wrongKeys.body())
                .isEqualTo(
                        "{\"error\":{\"reason\":\"INVALID_CREDENTIALS\",\"details\":\"Invalid/expired credentials\"}}");
        assertThat(keyPairOnV3.status()).isEqualTo(401);
        assertThat(keyPairOnV3.body())
                .isEqualTo("{\"error\":{\"code\":401,\"message\":\"no Authorization header found\"}}");
    }

    @Test
    void eachJwtWorksOnItsOwnApi() throws IOException {
        TestClient legacyOnly = TestClient.bearer(pinata.legacyJwt());
        TestClient v3Only = TestClient.bearer(pinata.v3Jwt());

        assertThat(legacyOnly.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(200);
        assertThat(legacyOnly.v3Upload(pinata, "a", CONTENT, Map.of()).status()).isEqualTo(403);
        assertThat(v3Only.v3Upload(pinata, "a", CONTENT, Map.of()).status()).isEqualTo(200);
        assertThat(v3Only.legacyUpload(pinata, "a", CONTENT).body()).contains("NO_SCOPES_FOUND");
        assertThat(v3.legacyUpload(pinata, "b", CONTENT).status()).isEqualTo(200);
        assertThat(v3.v3Upload(pinata, "b", CONTENT, Map.of()).status()).isEqualTo(200);
    }

    @Test
    void aKeyThatMayOnlyUploadPassesTheAuthenticationTest() throws IOException {
        pinata.scopes(PinataScope.PIN_FILE);

        assertThat(client.get(pinata.apiUrl() + "/data/testAuthentication").status())
                .isEqualTo(200);
        assertThat(client.get(pinata.apiUrl() + "/data/pinList").status()).isEqualTo(403);
        assertThat(client.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(200);
    }

    @Test
    void revokedKeysAndAUsedUpPlanAreForbidden() throws IOException {
        pinata.planUsedUp();
        assertThat(client.legacyUpload(pinata, "a", CONTENT)
                        .json()
                        .at("/error/reason")
                        .asString())
                .isEqualTo("FORBIDDEN");
        assertThat(v3.v3Upload(pinata, "a", CONTENT, Map.of()).status()).isEqualTo(403);
        assertThat(client.get(pinata.apiUrl() + "/data/pinList").status()).isEqualTo(200);

        pinata.revokeKeys();
        assertThat(client.get(pinata.apiUrl() + "/data/pinList")
                        .json()
                        .at("/error/reason")
                        .asString())
                .isEqualTo("API_KEY_REVOKED");

        pinata.heal();
        assertThat(client.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(200);
    }

    @Test
    void errorsComeInEveryStyle() throws IOException {
        String url = pinata.apiUrl() + "/data/pinList";

        pinata.errors(ErrorStyle.TEXT);
        assertThat(new TestClient().get(url).json().path("error").isString()).isTrue();
        pinata.errors(ErrorStyle.HTML);
        assertThat(new TestClient().get(url).body()).startsWith("<html>");
        pinata.errors(ErrorStyle.EMPTY);
        assertThat(new TestClient().get(url).body()).isEmpty();
    }

    @Test
    void refusesRequestsAboveTheRateLimit() throws IOException {
        pinata.rateLimit(Quota.DATA, 2, Duration.ofMinutes(1));
        String url = pinata.apiUrl() + "/data/pinList";
        client.get(url);
        client.get(url);

        Answer third = client.get(url);

        assertThat(third.status()).isEqualTo(429);
        assertThat(third.header("Retry-After")).contains("60");
        assertThat(third.header("X-RateLimit-Limit")).contains("2");
        assertThat(third.header("X-RateLimit-Remaining")).contains("0");
        assertThat(third.header("X-RateLimit-Reset")).isPresent();
        assertThat(client.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(200);
    }

    @Test
    void aRateLimitEndsWithItsWindow() throws IOException {
        pinata.rateLimit(Quota.API, 1, Duration.ofNanos(1));

        for (int i = 0; i < 5; i++) {
            assertThat(client.get(pinata.apiUrl() + "/data/pinList").status()).isEqualTo(200);
        }
    }

    @Test
    void theGatewayLimitsEachCidSeparately() throws IOException {
        String one = pinata.gatewayUrl() + "/ipfs/" + pin("one");
        String two = pinata.gatewayUrl() + "/ipfs/" + pin("two");
        pinata.rateLimit(Quota.GATEWAY, 1, Duration.ofMinutes(1));

        assertThat(client.get(one).status()).isEqualTo(200);
        assertThat(client.get(one).status()).isEqualTo(429);
        assertThat(client.get(two).status()).isEqualTo(200);
    }

    @Test
    void faultsAffectTheNamedCallsTheGivenNumberOfTimes() throws IOException {
        pinata.next(2, Fault.html(502), PinataCall.LEGACY_UPLOAD).next(1, Fault.empty(500), PinataCall.LEGACY_LIST);

        assertThat(client.get(pinata.apiUrl() + "/data/pinList").status()).isEqualTo(500);
        assertThat(client.legacyUpload(pinata, "a", CONTENT).body()).contains("nginx");
        assertThat(client.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(502);
        assertThat(client.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(200);
        assertThat(pinata.pins()).hasSize(1);
    }

    @Test
    void aPermanentFaultLastsUntilHealed() throws IOException {
        pinata.always(Fault.error(500));
        assertThat(client.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(500);
        assertThat(client.get(pinata.gatewayUrl() + "/ipfs/x").status()).isEqualTo(500);
        pinata.always(Fault.tooManyRequests(Duration.ofSeconds(7)));
        assertThat(client.legacyUpload(pinata, "a", CONTENT).header("Retry-After"))
                .contains("7");
        pinata.heal();
        assertThat(client.legacyUpload(pinata, "a", CONTENT).status()).isEqualTo(200);
    }

    @Test
    void aBrokenUploadIsNotPinned() {
        pinata.always(Fault.cutRequestAfter(100_000));

        assertThatIOException().isThrownBy(() -> client.legacyUpload(pinata, "a", CONTENT));
        assertThatIOException().isThrownBy(() -> v3.v3Upload(pinata, "a", CONTENT, Map.of()));
        assertThat(pinata.requests()).hasSize(2);
        assertThat(pinata.pins()).isEmpty();
    }

    @Test
    void anUploadWhoseAnswerIsLostIsPinned() {
        pinata.always(Fault.lostAnswer());

        assertThatIOException().isThrownBy(() -> client.legacyUpload(pinata, "a", CONTENT));
        assertThat(pinata.pins()).hasSize(1);
    }

    @Test
    void aDownloadCanBeCutAndCorrupted() throws IOException {
        String url = pinata.gatewayUrl() + "/ipfs/" + pin("0123456789");
        pinata.next(1, Fault.cutResponseAfter(5), PinataCall.DOWNLOAD);
        pinata.next(1, Fault.corruptBody(), PinataCall.DOWNLOAD);

        assertThatIOException().isThrownBy(() -> client.get(url)).withMessageContaining("unexpected end");
        assertThat(client.get(url).body()).isEqualTo("0123446789");
        assertThat(client.get(url).body()).isEqualTo("0123456789");
    }

    @Test
    void transfersCanBeThrottled() throws IOException {
        byte[] content = new byte[3_000];
        pinata.next(1, Fault.slowRequest(10_000), PinataCall.LEGACY_UPLOAD);
        pinata.next(1, Fault.slowResponse(10_000), PinataCall.DOWNLOAD);

        long start = System.nanoTime();
        String cid = client.legacyUpload(pinata, "a", content)
                .json()
                .path("IpfsHash")
                .asString();
        long uploaded = System.nanoTime();
        client.get(pinata.gatewayUrl() + "/ipfs/" + cid);
        long downloaded = System.nanoTime();

        assertThat(Duration.ofNanos(uploaded - start)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        assertThat(Duration.ofNanos(downloaded - uploaded)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    }

    @Test
    void aSilentServerEndsWhenTheFakeIsClosed() throws InterruptedException {
        pinata.always(Fault.silent());
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> {
            begun.countDown();
            try {
                return client.legacyUpload(pinata, "a", CONTENT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        begun.await();
        Poll.until(() -> pinata.requests().size() == 1, Duration.ofMinutes(1), () -> "the request has arrived");
        assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        pinata.close();

        assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void answersCanLackFieldsOrHaveWrongValues() throws IOException {
        pinata.next(1, Fault.without("IpfsHash"));
        pinata.next(1, Fault.with("IpfsHash", 17));
        pinata.next(1, Fault.wrongCid());

        assertThat(client.legacyUpload(pinata, "a", CONTENT).json().has("IpfsHash"))
                .isFalse();
        assertThat(client.legacyUpload(pinata, "a", CONTENT)
                        .json()
                        .path("IpfsHash")
                        .isNumber())
                .isTrue();
        assertThat(client.legacyUpload(pinata, "a", CONTENT)
                        .json()
                        .path("IpfsHash")
                        .asString())
                .isNotEqualTo(pinata.pins().get(0).cid())
                .startsWith("bafkrei");
    }

    @Test
    void fieldsAreChangedInEveryRow() throws IOException {
        client.legacyUpload(pinata, "a", CONTENT);
        pinata.next(1, Fault.without("keyvalues"));

        assertThat(client.get(pinata.apiUrl() + "/data/pinList")
                        .json()
                        .at("/rows/0/metadata")
                        .propertyNames())
                .containsExactly("name");
    }

    @Test
    void answersCanBeHugeOrPointElsewhere() throws IOException {
        pinata.next(1, Fault.hugeAnswer(1_000_000));
        pinata.next(1, Fault.redirect(URI.create("http://127.0.0.1:1/there")));
        String url = pinata.apiUrl() + "/data/pinList";

        assertThat(client.get(url).body()).hasSizeGreaterThan(1_000_000);
        assertThat(client.get(url).header("Location")).contains("http://127.0.0.1:1/there");
    }

    @Test
    void v3RefusesAFormThatIsTooLarge() throws IOException {
        pinata.largestForm(CONTENT.length - 1);

        assertThat(v3.v3Upload(pinata, "a", CONTENT, Map.of()).status()).isEqualTo(413);
        assertThat(pinata.pins()).isEmpty();
    }

    private String pin(String content) throws IOException {
        return pinata.pin(
                        FakePin.Api.LEGACY,
                        "name",
                        Map.of(),
                        new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII)))
                .cid();
    }
}
