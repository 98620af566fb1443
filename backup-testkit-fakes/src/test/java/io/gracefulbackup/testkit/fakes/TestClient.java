package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.databind.JsonNode;

/** A client without retries and redirects. */
final class TestClient {
    private static final OkHttpClient HTTP = new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .callTimeout(20, TimeUnit.SECONDS)
            .build();

    private final Headers headers;

    TestClient(String... namesAndValues) {
        headers = Headers.of(namesAndValues);
    }

    static TestClient keyPair(FakePinata pinata) {
        return new TestClient("pinata_api_key", pinata.apiKey(), "pinata_secret_api_key", pinata.secretKey());
    }

    static TestClient bearer(String token) {
        return new TestClient("Authorization", "Bearer " + token);
    }

    /** An answer with its whole body. */
    record Answer(int status, Headers headers, String body) {
        JsonNode json() {
            return Json.read(body);
        }

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    Answer get(String url) throws IOException {
        return call("GET", url, null);
    }

    byte[] bytes(String url) throws IOException {
        Request request = new Request.Builder().url(url).headers(headers).build();
        try (Response response = HTTP.newCall(request).execute()) {
            return response.body().bytes();
        }
    }

    Answer put(String url, String json) throws IOException {
        return call("PUT", url, RequestBody.create(json, MediaType.get("application/json")));
    }

    Answer delete(String url) throws IOException {
        return call("DELETE", url, null);
    }

    Answer legacyUpload(FakePinata pinata, String name, byte[] content, String options, String keyValues)
            throws IOException {
        MultipartBody.Builder form = form(name, content)
                .addFormDataPart("pinataMetadata", "{\"name\":\"" + name + "\",\"keyvalues\":" + keyValues + "}");
        if (!options.isEmpty()) {
            form.addFormDataPart("pinataOptions", options);
        }
        return call("POST", pinata.apiUrl() + "/pinning/pinFileToIPFS", form.build());
    }

    Answer legacyUpload(FakePinata pinata, String name, byte[] content) throws IOException {
        return legacyUpload(pinata, name, content, "{\"cidVersion\":1}", "{\"n\":1,\"app\":\"x\"}");
    }

    Answer v3Upload(FakePinata pinata, String name, byte[] content, Map<String, String> fields) throws IOException {
        MultipartBody.Builder form = form(name, content);
        fields.forEach(form::addFormDataPart);
        return call("POST", pinata.uploadUrl() + "/v3/files", form.build());
    }

    Answer call(String method, String url, RequestBody body) throws IOException {
        Request request = new Request.Builder()
                .url(url)
                .headers(headers)
                .method(method, body)
                .build();
        try (Response response = HTTP.newCall(request).execute()) {
            return new Answer(
                    response.code(), response.headers(), response.body().string());
        }
    }

    private static MultipartBody.Builder form(String name, byte[] content) {
        return new MultipartBody.Builder()
                .setType(MultipartBody.FORM)
                .addFormDataPart("file", name, RequestBody.create(content, MediaType.get("application/octet-stream")));
    }
}
