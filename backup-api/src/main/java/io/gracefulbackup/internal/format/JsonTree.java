package io.gracefulbackup.internal.format;

import java.util.ArrayList;
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

    /** The value of a field; null if it is absent or null, which means the same. */
    static @Nullable JsonNode optional(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** The elements of a list; none if it is absent. */
    static List<JsonNode> list(JsonNode json, String name, int most) {
        JsonNode value = optional(json, name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw new IllegalArgumentException(name + " is not a list");
        }
        if (value.size() > most) {
            throw new IllegalArgumentException(
                    name + " has " + value.size() + " elements; at most " + most + " are possible");
        }
        List<JsonNode> elements = new ArrayList<>();
        value.forEach(elements::add);
        return elements;
    }

    /** An object; null if it is absent. */
    static @Nullable JsonNode optionalObject(JsonNode json, String name) {
        JsonNode value = optional(json, name);
        if (value != null && !value.isObject()) {
            throw new IllegalArgumentException(name + " is not an object");
        }
        return value;
    }

    static String text(JsonNode json, String name) {
        return text(name, required(json, name));
    }

    /** @param name the name of the field, for messages */
    static String text(String name, JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException(name + " is not a text");
        }
        return value.stringValue();
    }

    static @Nullable String optionalText(JsonNode json, String name) {
        JsonNode value = optional(json, name);
        return value == null ? null : text(name, value);
    }

    static long integer(JsonNode json, String name) {
        JsonNode value = required(json, name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(name + " is not a whole number");
        }
        return value.longValue();
    }
}
