package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.testkit.fakes.FakeRender.ResetStyle;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers requests as Render does. */
final class RenderService implements FakeServer.Service<RenderCall> {
    static final String BASE = "/v1";
    static final String QUOTA = "requests";
    private static final String SERVICES = BASE + "/services/";
    private static final String VARIABLES = "/env-vars";

    private final String apiKey;
    private final String serviceId;
    private final Map<String, String> variables;
    private final RateLimits rateLimits;
    private volatile Duration maxShutdownDelay = Duration.ofSeconds(30);
    private volatile ResetStyle resetStyle = ResetStyle.SECONDS_LEFT;

    RenderService(String apiKey, String serviceId, Map<String, String> variables, RateLimits rateLimits) {
        this.apiKey = apiKey;
        this.serviceId = serviceId;
        this.variables = variables;
        this.rateLimits = rateLimits;
    }

    void maxShutdownDelay(Duration delay) {
        maxShutdownDelay = delay;
    }

    void resetStyle(ResetStyle style) {
        resetStyle = style;
    }

    @Override
    public RenderCall call(Request request) {
        String path = request.path().startsWith(SERVICES) ? request.path().substring(SERVICES.length()) : "";
        boolean read = request.method().equals("GET");
        boolean write = request.method().equals("PUT");
        if (path.matches("[^/]+" + VARIABLES + "/[^/]+") && (read || write)) {
            return read ? RenderCall.READ_VARIABLE : RenderCall.WRITE_VARIABLE;
        } else if (path.matches("[^/]+" + VARIABLES) && (read || write)) {
            return read ? RenderCall.LIST_VARIABLES : RenderCall.REPLACE_ALL_VARIABLES;
        } else if (path.matches("[^/]+") && read) {
            return RenderCall.READ_SERVICE;
        }
        return RenderCall.UNKNOWN;
    }

    @Override
    public Reply handle(RenderCall call, Request request) throws IOException {
        count();
        if (!request.header("Authorization").equals(Optional.of("Bearer " + apiKey))) {
            return error(401, "Unauthorized");
        }
        if (call == RenderCall.UNKNOWN) {
            return error(404, "not found: " + request.path());
        }
        String[] path = request.path().substring(SERVICES.length()).split("/", -1);
        if (!path[0].equals(serviceId)) {
            return error(404, "not found: " + path[0]);
        }
        return switch (call) {
            case READ_VARIABLE -> read(path[2]);
            case WRITE_VARIABLE -> write(path[2], request.json().path("value"));
            case LIST_VARIABLES -> list(request);
            case REPLACE_ALL_VARIABLES -> replaceAll(request.json());
            default -> service();
        };
    }

    private void count() {
        try {
            rateLimits.count(QUOTA, "");
        } catch (ReplyException e) {
            int seconds = Integer.parseInt(e.reply().headers().getOrDefault("Retry-After", "1"));
            boolean left = resetStyle == ResetStyle.SECONDS_LEFT;
            throw new ReplyException(error(429, "rate limit exceeded")
                    .with("Retry-After", Integer.toString(seconds))
                    .with(
                            "Ratelimit-Reset",
                            Long.toString(left ? seconds : Instant.now().getEpochSecond() + seconds)));
        }
    }

    private Reply read(String name) {
        String value = variables.get(name);
        return value == null ? error(404, "not found: " + name) : Reply.json(200, variable(name, value));
    }

    private Reply write(String name, JsonNode value) {
        if (!value.isString()) {
            return error(400, "invalid JSON: value must be a string");
        }
        variables.put(name, value.stringValue());
        return Reply.json(200, variable(name, value.stringValue()));
    }

    private Reply list(Request request) {
        int limit = request.parameter("limit").map(Integer::parseInt).orElse(20);
        String cursor = request.parameter("cursor").orElse("");
        ArrayNode page = Json.array();
        synchronized (variables) {
            boolean after = cursor.isEmpty();
            for (Map.Entry<String, String> entry : variables.entrySet()) {
                if (after && page.size() < limit) {
                    ObjectNode row = Json.object();
                    row.set("envVar", variable(entry.getKey(), entry.getValue()));
                    page.add(row.put("cursor", entry.getKey()));
                }
                after = after || entry.getKey().equals(cursor);
            }
        }
        return Reply.json(200, page);
    }

    private Reply replaceAll(JsonNode wanted) {
        Map<String, String> all = new LinkedHashMap<>();
        wanted.forEach(entry ->
                all.put(entry.path("key").asString(""), entry.path("value").asString("")));
        synchronized (variables) {
            variables.clear();
            variables.putAll(all);
        }
        return Reply.json(200, Json.array());
    }

    private Reply service() {
        ObjectNode details = Json.object().put("maxShutdownDelaySeconds", maxShutdownDelay.toSeconds());
        ObjectNode service = Json.object().put("id", serviceId).put("type", "web_service");
        return Reply.json(200, service.set("serviceDetails", details));
    }

    private static ObjectNode variable(String name, String value) {
        return Json.object().put("key", name).put("value", value);
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, Json.object().put("message", message));
    }
}
