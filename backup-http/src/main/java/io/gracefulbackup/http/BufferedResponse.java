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
 * What a service answered.
 *
 * @param status the HTTP status
 * @param body the body; no more than the first {@value #MAX_BODY_BYTES} bytes
 * @param isTruncated whether there was more
 * @param retryAfter how long the service asks to wait, or null
 */
public record BufferedResponse(
        int status,
        String body,
        boolean isTruncated,
        @Nullable Duration retryAfter) {
    /** More than this is no answer that this library asks for. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    private static final int MAX_ERROR_LENGTH = 300;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /**
     * Reads an answer to its end, or to where it becomes absurd.
     *
     * @param redact takes the secrets out of a text: before anything is made of it, for half a secret is one too
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

    /** Whether the service did it. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether it may do it when it is asked again. */
    boolean isRetryable() {
        return status == 408 || status == 429 || status >= 500;
    }

    /** The body as JSON; a missing node if it is none. */
    public JsonNode json() {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * What the body says of an error, in one short line; empty if it says nothing. Knows {@code {"error": "…"}}, {@code
     * {"error": {"reason", "details"}}}, {@code {"error": {"code", "message"}}}, {@code {"message"}} and plain text; a page
     * of HTML says nothing.
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
