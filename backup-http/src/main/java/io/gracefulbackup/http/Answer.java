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
 * @param text the body; no more than the first {@value #LONGEST} bytes
 * @param isCut whether there was more
 * @param retryAfter how long the service asks to wait, or null
 */
public record Answer(
        int status, String text, boolean isCut, @Nullable Duration retryAfter) {
    /** More than this is no answer that this library asks for. */
    public static final int LONGEST = 1 << 20;

    private static final int LONGEST_SAYING = 300;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /**
     * Reads an answer to its end, or to where it becomes absurd.
     *
     * @param hide takes the secrets out of a text: before anything is made of it, for half a secret is one too
     */
    static Answer of(Response response, UnaryOperator<String> hide) throws IOException {
        BufferedSource body = response.body().source();
        boolean more = body.request(LONGEST + 1L);
        String text =
                body.getBuffer().readUtf8(Math.min(LONGEST, body.getBuffer().size()));
        return new Answer(
                response.code(), hide.apply(text), more, RetryAfter.of(response).orElse(null));
    }

    /** Whether the service did it. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether it may do it when it is asked again. */
    boolean isTemporary() {
        return status == 408 || status == 429 || status >= 500;
    }

    /** The body as JSON; a missing node if it is none. */
    public JsonNode json() {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException none) {
            return MissingNode.getInstance();
        }
    }

    /**
     * What the body says of an error, in one short line; empty if it says nothing. Knows {@code {"error": "…"}}, {@code
     * {"error": {"reason", "details"}}}, {@code {"error": {"code", "message"}}}, {@code {"message"}} and plain text; a page
     * of HTML says nothing.
     */
    public String saying() {
        JsonNode json = json();
        JsonNode error = json.path("error");
        String said = json.isObject() ? joined(error.isObject() ? error : json) : plain();
        String line = said.replaceAll("\\p{Cntrl}+|\\s+", " ").strip();
        return line.length() > LONGEST_SAYING ? line.substring(0, LONGEST_SAYING) + "…" : line;
    }

    private static String joined(JsonNode object) {
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

    private String plain() {
        return text.stripLeading().startsWith("<") ? "" : text;
    }
}
