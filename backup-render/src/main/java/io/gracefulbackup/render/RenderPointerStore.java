package io.gracefulbackup.render;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.Answer;
import io.gracefulbackup.http.HttpService;
import io.gracefulbackup.spi.PointerStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps pointers in environment variables of a Render service. Each is read and written alone: to write the collection
 * would replace every variable of the service. Writing deploys nothing, and no running process sees it, so at start the API
 * is asked rather than the environment.
 */
final class RenderPointerStore implements PointerStore {
    static final String NAME = "Render";

    /** A pointer is a help; it must not hold a start or an exit for as long as a backup may. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final MediaType JSON = MediaType.get("application/json");

    private final HttpUrl service;
    private final String serviceId;
    private final String apiKey;
    private final HttpService http;

    RenderPointerStore(HttpUrl base, String apiKey, String serviceId) {
        this.serviceId = serviceId;
        this.apiKey = apiKey;
        service = base.newBuilder()
                .addPathSegment("services")
                .addPathSegment(serviceId)
                .build();
        http = new HttpService(NAME, LIMIT, List.of(apiKey));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean outlivesInstance() {
        return true;
    }

    @Override
    public Optional<String> load(String name, Deadline deadline) throws IOException {
        Deadline limit = deadline.atMost(LIMIT);
        try {
            Request request = request(variable(name)).build();
            Answer answer = http.call(request, limit);
            if (answer.status() == 404) {
                requireService(request, answer, limit);
                return Optional.empty();
            }
            JsonNode value = success(request, answer).json().path("value");
            if (!value.isString()) {
                throw new IOException(http.hide("Render answered " + answer.status() + " to GET " + request.url()
                        + ", but without a value; check RENDER_API_URL"));
            }
            return Optional.of(value.stringValue().strip()).filter(text -> !text.isEmpty());
        } finally {
            limit.expire();
        }
    }

    @Override
    public void save(String name, String value, Deadline deadline) throws IOException {
        Deadline limit = deadline.atMost(LIMIT);
        try {
            String body = JsonMapper.shared().writeValueAsString(Map.of("value", value));
            Request request =
                    request(variable(name)).put(RequestBody.create(body, JSON)).build();
            success(request, http.call(request, limit));
        } finally {
            limit.expire();
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "RenderPointerStore[" + serviceId + "]";
    }

    /** "Not found" means no value only if the service itself is found. */
    private void requireService(Request asked, Answer missing, Deadline deadline) throws IOException {
        Request request = request(service).build();
        Answer answer = http.call(request, deadline);
        if (answer.status() == 404) {
            throw new IOException(http.describe(asked, missing) + "; there is no service " + serviceId
                    + " for this key: check RENDER_SERVICE_ID, RENDER_API_KEY and RENDER_API_URL");
        }
        if (!success(request, answer).json().path("id").asString("").equals(serviceId)) {
            throw new IOException(http.describe(request, answer) + ", but not as Render does; check RENDER_API_URL");
        }
    }

    private Answer success(Request request, Answer answer) throws IOException {
        if (answer.isSuccess()) {
            return answer;
        }
        throw new IOException(http.describe(request, answer)
                + switch (answer.status() / 100 == 3 ? 300 : answer.status()) {
                    case 300 -> "; redirects are not followed, for they would get the key: check RENDER_API_URL";
                    case 401, 403 -> "; check RENDER_API_KEY, or make a new key at Render (Account Settings)";
                    case 404 -> "; check RENDER_SERVICE_ID, which is " + serviceId;
                    default -> "";
                });
    }

    private HttpUrl variable(String name) {
        return service.newBuilder()
                .addPathSegment("env-vars")
                .addPathSegment(name)
                .build();
    }

    private Request.Builder request(HttpUrl url) {
        return new Request.Builder().url(url).header("Authorization", "Bearer " + apiKey);
    }
}
