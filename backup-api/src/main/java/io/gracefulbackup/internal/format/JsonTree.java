package io.gracefulbackup.internal.format;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes JSON as trees of nodes. Without binding to classes it needs no reflection, so it is fast in a cold JVM and
 * needs no package to be opened.
 */
final class JsonTree {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonTree() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(ObjectNode json) {
        return MAPPER.writeValueAsBytes(json);
    }

    static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    static JsonNode required(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    /** The elements of a list; no elements if the list is missing. */
    static Iterable<JsonNode> optional(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null ? List.of() : value;
    }

    static String text(JsonNode json, String name) {
        return text(required(json, name));
    }

    static String text(JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException("a text was expected");
        }
        return value.stringValue();
    }

    static @Nullable String optionalText(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : text(value);
    }

    static long integer(JsonNode json, String name) {
        JsonNode value = required(json, name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(name + " is not a whole number");
        }
        return value.longValue();
    }
}
