package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.ipfs.cid.CidCalculator;
import io.gracefulbackup.ipfs.cid.CidProfile;
import io.gracefulbackup.ipfs.cid.UnixFsFile;
import io.gracefulbackup.testkit.fakes.FakePin;
import io.gracefulbackup.testkit.fakes.FakePinata;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks the fake and the CIDs with Pinata's own SDKs, the IPFS importer and an IPFS node. */
@EnabledIfSystemProperty(
        named = "node",
        matches = "true",
        disabledReason = "needs Node and an npm registry: run with -Pnode")
final class OfficialToolsTest {
    private static final int CHUNK = 256 * 1024;
    private static final int LARGE = 100 << 20;

    @TempDir
    private static Path directory;

    private static Node sdk;

    @BeforeAll
    static void installSdks() throws IOException, InterruptedException {
        sdk = Node.install("sdk");
    }

    @Test
    void theSdkOfTheV3ApiWorks() throws IOException, InterruptedException {
        Path content = file(600_000);
        Path large = file(LARGE);
        try (FakePinata pinata = FakePinata.start()) {
            JsonNode got = run("pinata.mjs", pinata, content, Map.of("LARGE", large.toString()));

            assertThat(got.path("v1").asString()).isEqualTo(cid(content, CidProfile.V1));
            assertThat(got.path("v0").asString()).isEqualTo(cid(content, CidProfile.V0));
            assertThat(got.path("large").asString()).isEqualTo(cid(large, CidProfile.V1));
            assertThat(got.path("size").asInt()).isEqualTo(600_000);
            assertThat(got.path("again").booleanValue()).isTrue();
            assertThat(got.path("hidden").booleanValue()).isTrue();
            assertThat(got.path("listed")).hasToString("[\"one\",\"two\"]");
            assertThat(got.path("keyvalues")).hasToString("{\"app\":\"mine\",\"sequence\":\"7\"}");
            assertThat(got.path("byCid").asInt()).isEqualTo(1);
            assertThat(got.path("fetched").booleanValue()).isTrue();
            assertThat(got.path("deleted").asString()).isEqualTo("OK");
            assertThat(got.path("left")).hasToString("[\"two\"]");
            assertThat(got.path("refused").asString()).isEqualTo("AuthenticationError");
            assertThat(got.path("authenticated").booleanValue()).isTrue();
            assertThat(pinata.pins()).extracting(FakePin::name).containsExactly("two", "hidden", "large");
        }
    }

    @Test
    void theSdkOfTheLegacyApiWorks() throws IOException, InterruptedException {
        Path content = file(600_001);
        try (FakePinata pinata = FakePinata.start()) {
            JsonNode got = run("pinata-web3.mjs", pinata, content, Map.of());

            assertThat(got.path("v1").asString()).isEqualTo(cid(content, CidProfile.V1));
            assertThat(got.path("v0").asString()).isEqualTo(cid(content, CidProfile.V0));
            assertThat(got.path("again").booleanValue()).isTrue();
            assertThat(got.path("page").asInt()).isEqualTo(1);
            assertThat(got.path("all").asInt()).isEqualTo(2);
            assertThat(got.path("named")).hasToString("[\"two\"]");
            assertThat(got.path("keyvalues")).hasToString("{\"app\":\"mine\",\"sequence\":7}");
            assertThat(got.path("fetched").booleanValue()).isTrue();
            assertThat(got.path("updated").asString()).isEqualTo("OK");
            assertThat(got.path("unpinned").asString()).isEqualTo("OK");
            assertThat(got.path("unpinnedTwice").asString()).isNotEqualTo("OK");
            assertThat(got.path("left")).hasToString("[\"renamed\"]");
            assertThat(got.path("authenticated").booleanValue()).isTrue();
            assertThat(got.path("refused").asString()).isEqualTo("AuthenticationError");
        }
    }

    @Test
    void theOldSdkWorksWithTheKeyPair() throws IOException, InterruptedException {
        Path content = file(600_002);
        try (FakePinata pinata = FakePinata.start()) {
            JsonNode got = run("pinata-sdk.mjs", pinata, content, Map.of("https_proxy", pinata.apiUrl()));

            assertThat(got.path("v1").asString()).isEqualTo(cid(content, CidProfile.V1));
            assertThat(got.path("v0").asString()).isEqualTo(cid(content, CidProfile.V0));
            assertThat(got.path("again").booleanValue()).isTrue();
            assertThat(got.path("listed")).hasToString("[\"one\",\"two\"]");
            assertThat(got.path("changed").asString()).isEqualTo("OK");
            assertThat(got.path("unpinned").asString()).isEqualTo("OK");
            assertThat(got.path("twice").asString()).isEqualTo("CURRENT_USER_HAS_NOT_PINNED_CID");
            assertThat(got.path("left")).hasToString("[\"renamed\"]");
            assertThat(got.path("authenticated").booleanValue()).isTrue();
            assertThat(got.path("refused").asString()).isEqualTo("INVALID_CREDENTIALS");
        }
    }

    @Test
    void cidsAgreeWithTheImporterAroundEveryBoundary() throws IOException, InterruptedException {
        List<CidProfile> real = List.of(CidProfile.V0, CidProfile.V1, CidProfile.V1_2025, CidProfile.V1_LARGE_CHUNKS);
        List<CidProfile> tiny = List.of(new CidProfile(0, 4, 3), new CidProfile(1, 4, 3), new CidProfile(1, 7, 2));
        Map<Path, List<CidProfile>> cases = new HashMap<>();
        for (int size : List.of(0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, (1 << 20) - 1, 1 << 20, (1 << 20) + 1)) {
            cases.put(file(size), real);
        }
        for (int size : List.of(174 * CHUNK - 1, 174 * CHUNK, 174 * CHUNK + 1, 2 * 174 * CHUNK + 5)) {
            cases.put(file(size), real);
        }
        cases.put(file((174 << 20) + 1), List.of(CidProfile.V1_LARGE_CHUNKS, CidProfile.V1_2025));
        for (int size : List.of(2, 4, 5, 12, 13, 14, 36, 37, 108, 109, 400)) {
            cases.put(file(size), tiny);
        }

        assertThat(byCalculator(cases)).isEqualTo(byImporter(cases));
    }

    @Test
    void cidsAgreeWithARealNode() throws IOException, InterruptedException {
        try (IpfsNode node = IpfsNode.start(directory)) {
            for (int size : List.of(0, 1, CHUNK - 1, CHUNK, CHUNK + 1, (1 << 20) + 1, 174 * CHUNK, 174 * CHUNK + 1)) {
                Path content = file(size);
                RequestBody body = RequestBody.create(content.toFile(), MediaType.get("application/octet-stream"));

                assertThat(node.add(body, 0)).isEqualTo(cid(content, CidProfile.V0));
                assertThat(node.add(body, 1)).isEqualTo(cid(content, CidProfile.V1));
            }
        }
    }

    private static JsonNode run(String script, FakePinata pinata, Path content, Map<String, String> more)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("API_URL", pinata.apiUrl());
        environment.put("UPLOAD_URL", pinata.uploadUrl());
        environment.put("GATEWAY_URL", pinata.gatewayUrl());
        environment.put("JWT", pinata.jwt());
        environment.put("API_KEY", pinata.apiKey());
        environment.put("SECRET_KEY", pinata.secretKey());
        environment.put("CONTENT", content.toString());
        return JsonMapper.shared().readTree(sdk.script(environment, "", script));
    }

    private static List<String> byCalculator(Map<Path, List<CidProfile>> cases) throws IOException {
        List<String> cids = new ArrayList<>();
        for (Map.Entry<Path, List<CidProfile>> each : cases.entrySet()) {
            CidProfile[] shapes = each.getValue().toArray(CidProfile[]::new);
            try (InputStream content = new BufferedInputStream(Files.newInputStream(each.getKey()))) {
                Map<CidProfile, UnixFsFile> files = CidCalculator.of(content, shapes);
                for (CidProfile shape : shapes) {
                    UnixFsFile file = files.get(shape);
                    cids.add(each.getKey().getFileName() + " " + shape + " " + file.cid() + " " + file.dagSize());
                }
            }
        }
        return cids;
    }

    private static List<String> byImporter(Map<Path, List<CidProfile>> cases) throws IOException, InterruptedException {
        StringBuilder questions = new StringBuilder();
        List<String> names = new ArrayList<>();
        cases.forEach((file, shapes) -> shapes.forEach(shape -> {
            questions.append("%d %d %d %s%n".formatted(shape.version(), shape.chunkSize(), shape.width(), file));
            names.add(file.getFileName() + " " + shape + " ");
        }));
        List<String> answers =
                sdk.script(Map.of(), questions.toString(), "cids.mjs").lines().toList();
        List<String> cids = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            cids.add(names.get(i) + answers.get(i));
        }
        return cids;
    }

    private static String cid(Path file, CidProfile shape) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return CidCalculator.of(content, shape).get(shape).cid().text();
        }
    }

    /** A file of that size in which no two chunks are alike. */
    private static Path file(int size) throws IOException {
        Path file = directory.resolve("file-" + size);
        Random random = new Random(size);
        byte[] piece = new byte[64 * 1024];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int left = size; left > 0; left -= Math.min(left, piece.length)) {
                random.nextBytes(piece);
                out.write(piece, 0, Math.min(left, piece.length));
            }
        }
        return file;
    }
}
