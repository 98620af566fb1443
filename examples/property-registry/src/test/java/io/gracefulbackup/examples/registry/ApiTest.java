package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateSource;
import io.javalin.Javalin;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ApiTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String VALID = """
            {"owner":"Asha","aadhar":"100000000000","pan":"ABCDE1234F","survey":"SN-1","address":"1 MG Road","value":100}""";
    private static final String TO_RAVI = """
            {"newOwner":"Ravi","aadhar":"200000000000","pan":"FGHIJ5678K"}""";
    private static final String PROPERTIES = "/api/properties";

    private final HttpClient http = HttpClient.newHttpClient();
    private final StubBackupHandle backup = new StubBackupHandle();
    private final PropertyRegistry registry = new PropertyRegistry(Clock.systemUTC());
    private final Javalin server =
            new Api(registry, backup, "open sesame").server().start("127.0.0.1", 0);

    @AfterEach
    void stop() {
        Api.stop(server, Deadline.after(Duration.ofSeconds(5)));
    }

    @Test
    void registersShowsAndTransfers() throws Exception {
        ApiResponse registered = post(PROPERTIES, VALID);
        assertThat(registered.status).isEqualTo(201);
        String key = registered.json.path("propertyKey").asString();
        assertThat(registered.json.path("block").path("deed").path("survey").asString())
                .isEqualTo("SN-1");

        ApiResponse transferred = post(PROPERTIES + "/" + key + "/transfer", TO_RAVI);
        assertThat(transferred.status).isEqualTo(200);
        assertThat(transferred.json.path("propertyKey").asString()).isEqualTo(key);

        ApiResponse shown = get(PROPERTIES + "/" + key);
        assertThat(shown.status).isEqualTo(200);
        assertThat(shown.json.path("owner").asString()).isEqualTo("Ravi");
        assertThat(shown.json.path("history")).hasSize(2);
        assertThat(get("/api/blocks").json).isEqualTo(shown.json.path("history"));
    }

    @Test
    void servesHealthAndStatusButNoDataInStandby() throws Exception {
        backup.inStandby = true;

        assertThat(get("/healthz").status).isEqualTo(200);
        assertThat(get("/api/status").json.path("state").asString()).isEqualTo("STANDBY");
        assertThat(get("/api/status").json.path("epoch").asLong()).isEqualTo(7);
        for (String path : new String[] {"/api/blocks", PROPERTIES + "/key"}) {
            assertThat(get(path).status).isEqualTo(503);
        }
    }

    @Test
    void refusesReadsAndChangesInStandby() throws Exception {
        String key = post(PROPERTIES, VALID).json.path("propertyKey").asString();
        backup.inStandby = true;

        for (ApiResponse response : List.of(
                get("/api/blocks"),
                get(PROPERTIES + "/" + key),
                post(PROPERTIES, VALID.replace("SN-1", "SN-2")),
                post(PROPERTIES + "/" + key + "/transfer", TO_RAVI))) {
            assertThat(response.status).isEqualTo(503);
            assertThat(response.retryAfter).isEqualTo("1");
            assertThat(response.json.path("error").asString()).contains("Another instance");
        }
        assertThat(registry.blocks()).hasSize(1);
    }

    @Test
    void neverShowsAnIdentity() throws Exception {
        String key = post(PROPERTIES, VALID).json.path("propertyKey").asString();

        for (String path : new String[] {"/api/blocks", "/api/status", PROPERTIES + "/" + key}) {
            assertThat(get(path).body).doesNotContain("100000000000", "ABCDE1234F");
        }
    }

    @Test
    void reportsAllInvalidFieldsAtOnce() throws Exception {
        ApiResponse response = post(PROPERTIES, """
                {"owner":" ","aadhar":"123","pan":"abcde1234f","survey":7,"value":"100"}""");

        assertThat(response.status).isEqualTo(400);
        assertThat(response.body).doesNotContain("123\"", "abcde1234f");
        assertThat(response.json.path("errors")).isEqualTo(JSON.readTree("""
                                {"owner":"must not be empty","aadhar":"must be 12 digits",
                                 "pan":"must be 5 capital letters, 4 digits and a capital letter",
                                 "survey":"must be text in quotation marks","address":"is missing",
                                 "value":"must be a whole number from 0 to 1000000000000000"}"""));
        assertThat(registry.blocks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "owner   | \"Asha\" | null",
                "owner   | \"Asha\" | {\"first\":\"Asha\"}",
                "owner   | Asha     | As\\u0000ha",
                "address | MG       | \\ud83d",
                "aadhar  | 100000000000 | 1000000000001",
                "aadhar  | 100000000000 | १०००००००००००",
                "pan     | ABCDE1234F | ABCDE1234F9",
                "value   | 100}     | -1}",
                "value   | 100}     | 1.5}",
                "value   | 100}     | 1e3}",
                "value   | 100}     | 99999999999999999999}"
            })
    void rejectsAnInvalidField(String field, String from, String to) throws Exception {
        assertThat(VALID).contains(from);

        ApiResponse response = post(PROPERTIES, VALID.replace(from, to));

        assertThat(response.status).isEqualTo(400);
        assertThat(response.json.path("errors").propertyNames()).containsExactly(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "\"text\"", "{} {}", "{\"owner\":\"a\",\"owner\":\"b\"}"})
    void rejectsABodyThatIsNotAnObject(String body) throws Exception {
        ApiResponse response = post(PROPERTIES, body);

        assertThat(response.status).isEqualTo(400);
        assertThat(response.json.path("error").asString()).startsWith("The body ");
    }

    @Test
    void rejectsATooLargeBodyWithOrWithoutContentLength() throws Exception {
        byte[] large = " ".repeat(100_000).getBytes(UTF_8);

        assertThat(send(request(PROPERTIES).POST(BodyPublishers.ofByteArray(large))).status)
                .isEqualTo(413);
        assertThat(send(request(PROPERTIES).POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))))
                        .status)
                .isEqualTo(413);
    }

    @Test
    void answersConflictsWith409() throws Exception {
        String key = post(PROPERTIES, VALID).json.path("propertyKey").asString();

        assertThat(post(PROPERTIES, VALID).status).isEqualTo(409);
        assertThat(post(PROPERTIES, VALID.replace("Asha", "Thief").replace("SN-1", "SN-2")).status)
                .isEqualTo(409);
        ApiResponse transfer =
                post(PROPERTIES + "/" + key + "/transfer", TO_RAVI.replace("200000000000", "100000000000"));
        assertThat(transfer.status).isEqualTo(409);
        assertThat(transfer.json.path("error").asString()).contains("another PAN");
    }

    @Test
    void answersUnknownPathsAndPropertiesInJson() throws Exception {
        assertThat(get(PROPERTIES + "/nowhere").json.path("error").asString()).contains("\"nowhere\"");
        assertThat(get(PROPERTIES + "/nowhere").status).isEqualTo(404);
        assertThat(post(PROPERTIES + "/nowhere/transfer", TO_RAVI).status).isEqualTo(404);
        assertThat(get("/nothing").status).isEqualTo(404);
        assertThat(get("/nothing").json.path("error").asString()).isNotEmpty();
        assertThat(get("/admin/manual-backup").status).isEqualTo(405);
    }

    @Test
    void acknowledgesNoChangeOnceTheGateIsClosed() throws Exception {
        String key = post(PROPERTIES, VALID).json.path("propertyKey").asString();
        backup.closed = true;

        ApiResponse response = post(PROPERTIES, VALID.replace("SN-1", "SN-2"));

        assertThat(response.status).isEqualTo(503);
        assertThat(response.retryAfter).isEqualTo("1");
        assertThat(post(PROPERTIES + "/" + key + "/transfer", TO_RAVI).status).isEqualTo(503);
        assertThat(get("/healthz").status).isEqualTo(200);
    }

    @Test
    void answersRequestsInProgressBeforeItStops() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        backup.onWrite = () -> {
            entered.countDown();
            await(proceed);
        };
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(
                request(PROPERTIES).POST(BodyPublishers.ofString(VALID)).build(), BodyHandlers.ofString());
        await(entered);

        CompletableFuture<Void> stopping =
                CompletableFuture.runAsync(() -> Api.stop(server, Deadline.after(Duration.ofSeconds(10))));
        assertThat(stopping)
                .as("waits longer for a request than for idle connections")
                .failsWithin(Duration.ofMillis(300));
        proceed.countDown();

        assertThat(response.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
        stopping.get(5, TimeUnit.SECONDS);
    }

    @Test
    void stopsAtOnceWhenAllConnectionsAreIdle() throws Exception {
        get("/healthz");

        assertThat(CompletableFuture.runAsync(() -> Api.stop(server, Deadline.after(Duration.ofSeconds(10)))))
                .succeedsWithin(Duration.ofMillis(900));
    }

    @Test
    void stopsInTimeWhenARequestHangs() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        backup.onWrite = () -> {
            entered.countDown();
            await(never);
        };
        CompletableFuture<Integer> status = http.sendAsync(
                        request(PROPERTIES).POST(BodyPublishers.ofString(VALID)).build(), BodyHandlers.ofString())
                .handle((response, failure) -> failure == null ? response.statusCode() : 0);
        await(entered);

        assertThat(CompletableFuture.runAsync(() -> Api.stop(server, Deadline.after(Duration.ofMillis(500))))
                        .handle((stopped, failure) -> "ended"))
                .succeedsWithin(Duration.ofSeconds(5));
        assertThat(status.get(5, TimeUnit.SECONDS)).isNotEqualTo(201);
    }

    @Test
    void reportsItsStatus() throws Exception {
        post(PROPERTIES, VALID);

        assertThat(get("/api/status").json).isEqualTo(JSON.readTree("""
                                {"state":"ACTIVE","detail":"ACTIVE","epoch":7,"blocks":1,"properties":1,"chainValid":true,"restored":null,"lastBackup":null}"""));

        backup.restored = true;
        backup.backupNow("by hand");
        JsonNode status = get("/api/status").json;
        assertThat(status.path("restored")).isEqualTo(JSON.readTree("""
                                {"backupId":"0123456789abcdef0123456789abcdef","sink":"file","createdAt":"2026-01-14T15:30:45Z"}"""));
        assertThat(status.path("lastBackup").path("name").asString()).isEqualTo("by hand");
    }

    @Test
    void backsUpOnlyWithThePassword() throws Exception {
        assertThat(requestBackup(server, null).status).isEqualTo(401);
        assertThat(requestBackup(server, "open").status).isEqualTo(401);
        assertThat(backup.status().lastBackup()).isEmpty();

        ApiResponse response = requestBackup(server, "open sesame");

        assertThat(response.status).isEqualTo(200);
        assertThat(response.json.path("sinks")).isEqualTo(JSON.readTree("""
                                [{"sink":"file","outcome":"stored","detail":"blocks/x"},
                                 {"sink":"ipfs","outcome":"skipped","detail":"not configured"}]"""));
    }

    @Test
    void reportsABackupThatNoSinkStored() throws Exception {
        backup.file = new SinkResult.Failed("file", "the disk is full", Duration.ZERO);

        ApiResponse response = requestBackup(server, "open sesame");

        assertThat(response.status).isEqualTo(500);
        assertThat(response.json.path("stored").asBoolean()).isFalse();
        assertThat(response.body).contains("the disk is full");
    }

    /** What a driver says of a database names its host, its user and its tables. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "no connection to PostgreSQL at db.internal:5432/registry: refused",
                "user \"db.internal\" may not write",
                "ERROR: relation \"db.internal\" does not exist (SQLSTATE 42P01)"
            })
    void tellsThePublicNoCauses(String cause) throws Exception {
        backup.file = new SinkResult.Failed("postgres", cause, Duration.ZERO);
        assertThat(requestBackup(server, "open sesame").body).contains("db.internal");

        ApiResponse status = get("/api/status");

        assertThat(status.body).doesNotContain("db.internal", "SQLSTATE", "may not write");
        assertThat(status.json.path("lastBackup"))
                .isEqualTo(JSON.readTree("{\"name\":\"Manual backup\",\"stored\":false,\"millis\":3}"));
        assertThat(get("/healthz").body).doesNotContain("db.internal");
    }

    @Test
    void tellsThePublicNoCausesWhenTheEngineFails() throws Exception {
        backup.onWrite = () -> {
            throw new BackupException("PostgreSQL at db.internal refuses user app");
        };

        ApiResponse change = post(PROPERTIES, VALID);

        assertThat(change.status).isEqualTo(503);
        assertThat(change.body).doesNotContain("db.internal", "app");
    }

    /** The real sinks: nothing listens on the port of this database. */
    @Test
    void tellsThePublicNothingOfADatabaseThatCannotBeReached(@TempDir Path directory) throws Exception {
        GracefulShutdown earlier = builder(directory).install();
        earlier.backupNow("earlier");
        earlier.uninstall();
        GracefulShutdown real = builder(directory)
                .setting("DATABASE_URL", "postgresql://registry_user:registry-pw@127.0.0.1:1/registry_db")
                .install();
        Javalin served =
                new Api(registry, BackupHandle.of(real), "open sesame").server().start("127.0.0.1", 0);
        try {
            assertThat(requestBackup(served, "open sesame").body).contains("127.0.0.1:1");

            for (String path : List.of("/api/status", "/healthz", "/api/blocks", "/api/properties/x", "/nothing")) {
                HttpResponse<String> response = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + served.port() + path))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(response.body() + response.headers().map())
                        .doesNotContain("127.0.0.1:1", "registry_user", "registry_db", "registry-pw", "PostgreSQL")
                        .doesNotContain(directory.toString());
            }
        } finally {
            served.stop();
            real.uninstall();
        }
    }

    private static GracefulShutdown.Builder builder(Path directory) {
        return GracefulShutdown.builder()
                .setting("SECRET_KEY", "only-for-this-test-0123456789")
                .setting("BACKUP_FILE", directory.resolve("registry.encrypted").toString())
                .setting("BACKUP_START_TIMEOUT", "1s")
                .source(StateSource.of("blocks", out -> out.write(1), in -> {}));
    }

    @Test
    void refusesBackupsWhenNoPasswordIsSet() throws Exception {
        Javalin unprotected = new Api(registry, backup, null).server().start("127.0.0.1", 0);
        try {
            ApiResponse response = requestBackup(unprotected, "");

            assertThat(response.status).isEqualTo(503);
            assertThat(response.body).contains("ADMIN_PASSWORD is not set");
            assertThat(backup.status().lastBackup()).isEmpty();
        } finally {
            unprotected.stop();
        }
    }

    private ApiResponse requestBackup(Javalin target, String password) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + target.port() + "/admin/manual-backup"))
                .POST(BodyPublishers.noBody());
        return send(password == null ? request : request.header("X-Admin-Password", password));
    }

    private ApiResponse get(String path) throws Exception {
        return send(request(path).GET());
    }

    private ApiResponse post(String path, String body) throws Exception {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private ApiResponse send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new ApiResponse(
                response.statusCode(),
                response.body(),
                JSON.readTree(response.body()),
                response.headers().firstValue("Retry-After").orElse(""));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record ApiResponse(int status, String body, JsonNode json, String retryAfter) {}
}
