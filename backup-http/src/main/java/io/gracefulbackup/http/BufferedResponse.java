package io.gracefulbackup.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * A response of a service, read into memory, without secrets. Immutable.
 *
 * @param status the HTTP status
 * @param body the body, cut after {@value #MAX_BODY_BYTES} bytes
 * @param isTruncated whether the body was cut
 * @param retryAfter how long the service asks to wait before the next request, or null
 */
public record BufferedResponse(
        int status,
        String body,
        boolean isTruncated,
        @Nullable Duration retryAfter) {
    /** The number of bytes of a body that are read at most. No expected response is longer. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    private static final int MAX_ERROR_LENGTH = 300;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /**
     * Reads a response.
     *
     * @param redact removes the secrets from a text; applied before the body is shortened, since part of a secret is
     *     secret too
     * @throws IOException if the body cannot be read
     */
    static BufferedResponse of(Response response, UnaryOperator<String> redact) throws IOException {
        BufferedSource source = response.body().source();
        boolean more = source.request(MAX_BODY_BYTES + 1L);
        String body = source.getBuffer()
                .readUtf8(Math.min(MAX_BODY_BYTES, source.getBuffer().size()));
        return new BufferedResponse(
                response.code(),
                redact.apply(body),
                more,
                RetryAfter.of(response).orElse(null));
    }

    /** Whether the request succeeded: status 200 to 299. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether the request may succeed later: status 408, 429 or 5xx. */
    boolean isRetryable() {
        return status == 408 || status == 429 || status >= 500;
    }

    /** The body as JSON; a missing node if it is not JSON. */
    public JsonNode json() {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * The error that the body describes, as one line of at most 300 characters; empty if it describes none. Understands
     * {@code {"error": "…"}}, {@code {"error": {"reason", "details"}}}, {@code {"error": {"code", "message"}}}, {@code
     * {"message"}} and plain text. HTML pages are ignored.
     */
    public String errorText() {
        JsonNode json = json();
        JsonNode error = json.path("error");
        String message = json.isObject() ? reasonAndDetails(error.isObject() ? error : json) : plainText();
        String line = message.replaceAll("\\p{Cntrl}+|\\s+", " ").strip();
        return line.length() > MAX_ERROR_LENGTH ? line.substring(0, MAX_ERROR_LENGTH) + "…" : line;
    }

    private static String reasonAndDetails(JsonNode object) {
        String reason =
                string(object, "reason").or(() -> string(object, "error")).orElse("");
        String details =
                string(object, "details").or(() -> string(object, "message")).orElse("");
        return reason.isEmpty() || details.isEmpty() || reason.equals(details)
                ? reason.isEmpty() ? details : reason
                : reason + ": " + details;
    }

    private static Optional<String> string(JsonNode object, String field) {
        return Optional.of(object.path(field).asString("")).filter(value -> !value.isEmpty());
    }

    private String plainText() {
        return body.stripLeading().startsWith("<") ? "" : body;
    }
}
