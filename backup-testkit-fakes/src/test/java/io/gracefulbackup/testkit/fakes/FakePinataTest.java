package io.gracefulbackup.testkit.fakes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.testkit.fakes.FakePinata.AnswerStyle;
import io.gracefulbackup.testkit.fakes.FakePinata.ListOrder;
import io.gracefulbackup.testkit.fakes.TestClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How Pinata behaves without faults, by its documentation and its SDKs. */
final class FakePinataTest {
    private static final byte[] HELLO = "hello world".getBytes(StandardCharsets.US_ASCII);
    private static final String HELLO_V0 = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD";
    private static final String HELLO_V1 = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    private final FakePinata pinata = FakePinata.start();
    private final TestClient client = TestClient.keyPair(pinata);
    private final TestClient v3 = TestClient.bearer(pinata.v3Jwt());

    @AfterEach
    void stop() {
        pinata.close();
    }

    @Test
    void legacyUploadAnswersTheCidInTheRequestedVersion() throws IOException {
        Answer v1 = client.legacyUpload(pinata, "a", HELLO, "{\"cidVersion\":1}", "{}");
        Answer v0 = client.legacyUpload(pinata, "a", HELLO, "{\"cidVersion\":0}", "{}");

        assertThat(v1.status()).isEqualTo(200);
        assertThat(v1.json().path("IpfsHash").asString()).isEqualTo(HELLO_V1);
        assertThat(v1.json().path("PinSize").asInt()).isEqualTo(11);
        assertThat(v0.json().path("IpfsHash").asString()).isEqualTo(HELLO_V0);
        assertThat(pinata.content(HELLO_V0)).hasBinaryContent(HELLO);
    }

    @Test
    void aClientThatNamesNoVersionGetsTheDefault() throws IOException {
        assertThat(client.legacyUpload(pinata, "a", HELLO, "", "{}").body()).contains(HELLO_V0);

        pinata.defaultCidVersion(1);

        assertThat(client.legacyUpload(pinata, "a", HELLO, "", "{}").body()).contains(HELLO_V1);
    }

    @Test
    void chunkingDeterminesTheCidOfLargeFiles() throws IOException {
        byte[] content = "a".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);

        String classic = client.legacyUpload(pinata, "a", content).body();
        pinata.chunking(PinataChunking.PROFILE_2025);
        String profile = client.legacyUpload(pinata, "a", content).body();
        pinata.chunking(PinataChunking.UNEXPECTED);
        String unexpected = client.legacyUpload(pinata, "a", content).body();

        assertThat(classic).contains("bafybeid7t3y5axz3xf67jmp25iriixbuoja7c4yzz77ee5qp62njmcxk5e");
        assertThat(profile).contains("bafkreigny5xfzgiu7ojidioh4kcnopth6gajusfes4qa4bdnhhgmoejm2a");
        assertThat(Json.read(unexpected).path("IpfsHash").asString())
                .isNotEqualTo(Json.read(classic).path("IpfsHash").asString());
    }

    @Test
    void sameContentIsADuplicateAndOnePin() throws IOException {
        Answer first = client.legacyUpload(pinata, "a", HELLO);
        Answer second = client.legacyUpload(pinata, "b", HELLO);
        v3.v3Upload(pinata, "a", HELLO, Map.of("network", "public", "cid_version", "v1"));
        Answer fourth = v3.v3Upload(pinata, "b", HELLO, Map.of("network", "public", "cid_version", "v1"));

        assertThat(first.json().path("isDuplicate").booleanValue()).isFalse();
        assertThat(second.json().path("isDuplicate").booleanValue()).isTrue();
        assertThat(fourth.json().at("/data/is_duplicate").booleanValue()).isTrue();
        assertThat(pinata.pins()).extracting(FakePin::name).containsExactly("a", "a");
    }

    @Test
    void terseAnswersHaveOnlyTheGuaranteedFields() throws IOException {
        pinata.answers(AnswerStyle.TERSE);

        JsonNode uploaded = client.legacyUpload(pinata, "a", HELLO).json();
        JsonNode listed = client.get(pinata.apiUrl() + "/data/pinList").json();
        JsonNode files = v3.get(pinata.apiUrl() + "/v3/files/public").json();

        assertThat(uploaded.propertyNames()).containsExactlyInAnyOrder("IpfsHash", "PinSize", "Timestamp");
        assertThat(listed.propertyNames()).containsExactly("rows");
        assertThat(files.path("data").propertyNames()).containsExactly("files");
    }

    @Test
    void legacyListIsPagedAndFilteredByKeyValues() throws IOException {
        for (int i = 0; i < 25; i++) {
            String keyValues = "{\"app\":\"" + (i % 2 == 0 ? "mine" : "other") + "\",\"n\":" + i + "}";
            client.legacyUpload(pinata, "backup-" + i, new byte[] {(byte) i}, "{\"cidVersion\":1}", keyValues);
        }
        String url = pinata.apiUrl() + "/data/pinList?status=pinned";
        String mine = "&metadata[keyvalues]=%7B%22app%22%3A%7B%22value%22%3A%22mine%22%2C%22op%22%3A%22eq%22%7D%7D";

        assertThat(client.get(url).json().path("rows")).hasSize(10);
        assertThat(client.get(url).json().path("count").intValue()).isEqualTo(25);
        assertThat(client.get(url + mine + "&pageLimit=1000").json().path("rows"))
                .hasSize(13);
        assertThat(names(client.get(url + mine + "&pageLimit=5&pageOffset=10")))
                .containsExactly("backup-4", "backup-2", "backup-0");
        assertThat(names(client.get(url + "&metadata[name]=backup-7"))).containsExactly("backup-7");
        assertThat(client.get(url + "&pageLimit=1001").status()).isEqualTo(400);
    }

    @Test
    void legacyListComesInTheChosenOrder() throws IOException {
        for (int i = 0; i < 12; i++) {
            client.legacyUpload(pinata, "" + i, new byte[] {(byte) i});
        }
        String url = pinata.apiUrl() + "/data/pinList?pageLimit=100";
        List<String> newestFirst = names(client.get(url));
        pinata.order(ListOrder.OLDEST_FIRST);
        List<String> oldestFirst = names(client.get(url));
        pinata.order(ListOrder.ARBITRARY);
        List<String> arbitrary = names(client.get(url));

        assertThat(newestFirst).startsWith("11", "10");
        assertThat(oldestFirst).startsWith("0", "1");
        assertThat(arbitrary)
                .isNotEqualTo(newestFirst)
                .isNotEqualTo(oldestFirst)
                .hasSize(12);
    }

    @Test
    void legacyUnpinRemovesOnceAndThenSaysNotPinned() throws IOException {
        client.legacyUpload(pinata, "a", HELLO);
        String url = pinata.apiUrl() + "/pinning/unpin/" + HELLO_V1;

        Answer first = client.delete(url);
        Answer second = client.delete(url);

        assertThat(first.body()).isEqualTo("OK");
        assertThat(second.status()).isEqualTo(400);
        assertThat(second.json().at("/error/reason").asString()).isEqualTo("CURRENT_USER_HAS_NOT_PINNED_CID");
        assertThat(pinata.pins()).isEmpty();
        assertThat(client.get(pinata.apiUrl() + "/data/pinList?status=pinned")
                        .json()
                        .path("rows"))
                .isEmpty();
        assertThat(client.get(pinata.apiUrl() + "/data/pinList?status=unpinned")
                        .json()
                        .path("rows"))
                .hasSize(1);
        assertThat(client.get(pinata.gatewayUrl() + "/ipfs/" + HELLO_V1).status())
                .isEqualTo(404);
    }

    @Test
    void metadataCanBeChanged() throws IOException {
        client.legacyUpload(pinata, "a", HELLO);

        Answer answer = client.put(
                pinata.apiUrl() + "/pinning/hashMetadata",
                "{\"ipfsPinHash\":\"" + HELLO_V1 + "\",\"name\":\"b\",\"keyvalues\":{\"more\":true}}");

        assertThat(answer.body()).isEqualTo("OK");
        assertThat(pinata.pins()).singleElement().satisfies(pin -> {
            assertThat(pin.name()).isEqualTo("b");
            assertThat(pin.keyValues()).containsKeys("n", "app", "more");
        });
    }

    @Test
    void moreThanTenKeyValuesAreRefused() throws IOException {
        String eleven = "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1}";

        assertThat(client.legacyUpload(pinata, "a", HELLO, "", eleven).status()).isEqualTo(400);
        assertThat(client.legacyUpload(pinata, "a", HELLO, "", "{\"a\":[1]}").status())
                .isEqualTo(400);
        assertThat(pinata.pins()).isEmpty();
    }

    @Test
    void aFileNameWithASlashBecomesAFolder() throws IOException {
        String cid = client.legacyUpload(pinata, "blocks/data", HELLO)
                .json()
                .path("IpfsHash")
                .asString();

        assertThat(cid).isNotEqualTo(HELLO_V1);
        assertThat(client.get(pinata.gatewayUrl() + "/ipfs/" + cid).body()).contains("Index of");
        assertThat(client.get(pinata.gatewayUrl() + "/ipfs/" + cid + "/data").body())
                .isEqualTo("hello world");
    }

    @Test
    void v3UploadIsPrivateUnlessItSaysPublic() throws IOException {
        v3.v3Upload(pinata, "a", HELLO, Map.of("cid_version", "v1"));

        assertThat(v3.get(pinata.apiUrl() + "/v3/files/public").json().at("/data/files"))
                .isEmpty();
        assertThat(v3.get(pinata.apiUrl() + "/v3/files/private").json().at("/data/files"))
                .hasSize(1);
        assertThat(client.get(pinata.gatewayUrl() + "/ipfs/" + HELLO_V1).status())
                .isEqualTo(404);

        v3.v3Upload(pinata, "a", HELLO, Map.of("cid_version", "v1", "network", "public"));

        assertThat(client.get(pinata.gatewayUrl() + "/ipfs/" + HELLO_V1).body()).isEqualTo("hello world");
    }

    @Test
    void v3ListIsPagedAndFilteredAndDeletesById() throws IOException {
        for (int i = 0; i < 15; i++) {
            String keyValues = "{\"app\":\"" + (i < 12 ? "mine" : "other") + "\"}";
            v3.v3Upload(
                    pinata,
                    "" + i,
                    new byte[] {(byte) i},
                    Map.of("network", "public", "keyvalues", keyValues, "cid_version", "v1"));
        }
        String url = pinata.apiUrl() + "/v3/files/public?keyvalues[app]=mine&order=ASC&limit=7";

        JsonNode first = v3.get(url).json().path("data");
        JsonNode second = v3.get(
                        url + "&pageToken=" + first.path("next_page_token").asString())
                .json()
                .path("data");
        String id = first.at("/files/0/id").asString();
        Answer deleted = v3.delete(pinata.apiUrl() + "/v3/files/public/" + id);

        assertThat(first.path("files")).hasSize(7);
        assertThat(second.path("files")).hasSize(5);
        assertThat(second.path("next_page_token").asString()).isEmpty();
        assertThat(deleted.body()).isEqualTo("{\"data\":null}");
        assertThat(v3.delete(pinata.apiUrl() + "/v3/files/public/" + id).status())
                .isEqualTo(404);
        assertThat(pinata.pins()).hasSize(14);
    }

    @Test
    void v3MaySayThatCidsArePending() throws IOException {
        v3.v3Upload(pinata, "a", HELLO, Map.of("network", "public"));
        pinata.cidsPending(true);

        assertThat(v3.get(pinata.apiUrl() + "/v3/files/public")
                        .json()
                        .at("/data/files/0/cid")
                        .asString())
                .isEqualTo("pending");
    }

    @Test
    void eachApiListsItsOwnFilesUnlessTheCatalogueIsShared() throws IOException {
        client.legacyUpload(pinata, "a", HELLO);
        String url = pinata.apiUrl() + "/v3/files/public";

        assertThat(v3.get(url).json().at("/data/files")).isEmpty();
        pinata.sharedCatalogue(true);
        assertThat(v3.get(url).json().at("/data/files")).hasSize(1);
    }

    @Test
    void theGatewayServesRangesUnlessTheyAreSwitchedOff() throws IOException {
        pinata.pin(FakePin.Api.LEGACY, "a", Map.of(), new ByteArrayInputStream(HELLO));
        String url = pinata.gatewayUrl() + "/ipfs/" + HELLO_V1;
        TestClient middle = new TestClient("Range", "bytes=6-8");

        Answer part = middle.get(url);
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("wor");
        assertThat(part.header("Content-Range")).contains("bytes 6-8/11");
        assertThat(new TestClient("Range", "bytes=6-").get(url).body()).isEqualTo("world");
        assertThat(new TestClient("Range", "bytes=-2").get(url).body()).isEqualTo("ld");
        assertThat(new TestClient("Range", "bytes=11-").get(url).status()).isEqualTo(416);

        pinata.ranges(false);
        assertThat(middle.get(url).body()).isEqualTo("hello world");
    }

    @Test
    void theGatewayMayOmitTheLength() throws IOException {
        pinata.pin(FakePin.Api.LEGACY, "a", Map.of(), new ByteArrayInputStream(HELLO));
        String url = pinata.gatewayUrl() + "/ipfs/" + HELLO_V1;

        assertThat(client.get(url).header("Content-Length")).contains("11");
        pinata.answers(AnswerStyle.TERSE);
        assertThat(client.get(url).header("Content-Length")).isEmpty();
        assertThat(client.get(url).body()).isEqualTo("hello world");
    }

    @Test
    void theGatewayServesAfterADelayAndChecksItsToken() throws IOException {
        pinata.pin(FakePin.Api.V3, "a", Map.of(), new ByteArrayInputStream(HELLO));
        String url = pinata.gatewayUrl() + "/ipfs/" + HELLO_V1;

        pinata.servedAfter(Duration.ofDays(1));
        assertThat(client.get(url).status()).isEqualTo(404);
        pinata.servedAfter(Duration.ZERO).gatewayToken("let-me-in");
        assertThat(client.get(url).status()).isEqualTo(401);
        assertThat(new TestClient("x-pinata-gateway-token", "let-me-in")
                        .get(url)
                        .status())
                .isEqualTo(200);
        assertThat(client.get(url + "?pinataGatewayToken=let-me-in").status()).isEqualTo(200);
    }

    @Test
    void requestsShowWhichServerGotWhichCredential() throws IOException {
        client.legacyUpload(pinata, "a", HELLO);
        new TestClient().get(pinata.gatewayUrl() + "/ipfs/" + HELLO_V1);

        assertThat(pinata.requests()).hasSize(2).first().satisfies(request -> {
            assertThat(request.url()).startsWith(pinata.apiUrl());
            assertThat(request.mentions(pinata.secretKey())).isTrue();
            assertThat(request.header("PINATA_API_KEY")).contains(pinata.apiKey());
        });
        assertThat(pinata.requests()).last().satisfies(request -> {
            assertThat(request.url()).startsWith(pinata.gatewayUrl());
            assertThat(request.mentions(pinata.secretKey())).isFalse();
        });
        assertThat(pinata.pins().get(0).form()).containsKeys("pinataOptions", "pinataMetadata");
    }

    @Test
    void closingDeletesTheUploads() throws IOException {
        client.legacyUpload(pinata, "a", HELLO);
        pinata.close();

        assertThatThrownBy(() -> {
                    try (InputStream content = pinata.content(HELLO_V1)) {
                        content.readAllBytes();
                    }
                })
                .isInstanceOf(IOException.class);
    }

    private static List<String> names(Answer answer) {
        return answer.json()
                .path("rows")
                .valueStream()
                .map(row -> row.at("/metadata/name").asString())
                .toList();
    }
}
