package io.gracefulbackup.render;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.BufferedResponse;
import io.gracefulbackup.http.ServiceClient;
import io.gracefulbackup.spi.PermanentFailureException;
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
 * Keeps pointers in the environment variables of a Render service.
 *
 * <p>Each variable is read and written individually, because updating the whole collection replaces all variables of
 * the service. Writing a variable triggers no deploy and does not change the environment of running processes.
 * Therefore the API is asked at start, not the environment.
 */
final class RenderPointerStore implements PointerStore {
    static final String NAME = "Render";

    /**
     * The time for one operation. Backups are found without pointers, so these must not delay a start or an exit for
     * long.
     */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final MediaType JSON = MediaType.get("application/json");

    private final HttpUrl service;
    private final String serviceId;
    private final String apiKey;
    private final ServiceClient client;

    RenderPointerStore(HttpUrl base, String apiKey, String serviceId) {
        this.serviceId = serviceId;
        this.apiKey = apiKey;
        service = base.newBuilder()
                .addPathSegment("services")
                .addPathSegment(serviceId)
                .build();
        client = new ServiceClient(NAME, TIMEOUT, List.of(apiKey));
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
        Deadline callDeadline = deadline.atMost(TIMEOUT);
        Request request = request(variableUrl(name)).build();
        BufferedResponse response = client.call(request, callDeadline);
        if (response.status() == 404) {
            requireServiceExists(request, response, callDeadline);
            return Optional.empty();
        }
        JsonNode value = requireSuccess(request, response).json().path("value");
        if (!value.isString()) {
            throw new IOException(client.redact("Render answered " + response.status() + " to GET " + request.url()
                    + ", but without a value; check RENDER_API_URL"));
        }
        return Optional.of(value.stringValue().strip()).filter(text -> !text.isEmpty());
    }

    @Override
    public void save(String name, String value, Deadline deadline) throws IOException {
        String body = JsonMapper.shared().writeValueAsString(Map.of("value", value));
        Request request =
                request(variableUrl(name)).put(RequestBody.create(body, JSON)).build();
        requireSuccess(request, client.call(request, deadline.atMost(TIMEOUT)));
    }

    @Override
    public void close() {
        client.close();
    }

    /** The id of the service; no secrets. */
    @Override
    public String toString() {
        return "RenderPointerStore[" + serviceId + "]";
    }

    /** Makes sure that the service exists: only then does "not found" mean that the variable does not exist. */
    private void requireServiceExists(Request failedRequest, BufferedResponse notFound, Deadline deadline)
            throws IOException {
        Request request = request(service).build();
        BufferedResponse response = client.call(request, deadline);
        if (response.status() == 404) {
            throw new PermanentFailureException(client.describe(failedRequest, notFound) + "; there is no service "
                    + serviceId + " for this key: check RENDER_SERVICE_ID, RENDER_API_KEY and RENDER_API_URL");
        }
        if (!requireSuccess(request, response).json().path("id").asString("").equals(serviceId)) {
            throw new IOException(
                    client.describe(request, response) + ", but not in the way of Render's API; check RENDER_API_URL");
        }
    }

    private BufferedResponse requireSuccess(Request request, BufferedResponse response) throws IOException {
        if (response.isSuccess()) {
            return response;
        }
        String description = client.describe(request, response);
        throw switch (response.status() / 100 == 3 ? 300 : response.status()) {
            case 300 ->
                new IOException(description
                        + "; redirects are not followed, because they could leak the key: check RENDER_API_URL");
            case 401, 403 ->
                new PermanentFailureException(
                        description + "; check RENDER_API_KEY, or create a new key at Render (Account Settings)");
            case 404 -> new IOException(description + "; check RENDER_SERVICE_ID, which is " + serviceId);
            default -> new IOException(description);
        };
    }

    private HttpUrl variableUrl(String name) {
        return service.newBuilder()
                .addPathSegment("env-vars")
                .addPathSegment(name)
                .build();
    }

    private Request.Builder request(HttpUrl url) {
        return new Request.Builder().url(url).header("Authorization", "Bearer " + apiKey);
    }
}
