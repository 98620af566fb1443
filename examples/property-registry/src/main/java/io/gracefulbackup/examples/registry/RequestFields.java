package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a request, and what is wrong with them: read them all, then {@link #check()}. */
final class RequestFields {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode fields;
    private final Map<String, String> errors = new LinkedHashMap<>();

    private RequestFields(JsonNode fields) {
        this.fields = fields;
    }

    /**
     * Parses a body.
     *
     * @throws MalformedBodyException if it is not a JSON object
     */
    static RequestFields parse(byte[] body) {
        JsonNode fields;
        try {
            fields = JSON.readTree(body);
        } catch (JacksonException e) {
            throw new MalformedBodyException("The body is not valid JSON: " + e.getOriginalMessage());
        }
        if (!fields.isObject()) {
            throw new MalformedBodyException("The body must be a JSON object, such as {\"owner\":\"…\"}");
        }
        return new RequestFields(fields);
    }

    /** A text of 1 to {@code longest} characters, without the white space around it. */
    String text(String name, int maxLength) {
        JsonNode value = fields.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return reject(name, "is missing");
        }
        if (!value.isString()) {
            return reject(name, "must be text in quotation marks");
        }
        String text = value.stringValue().strip();
        if (text.isEmpty()) {
            return reject(name, "must not be empty");
        }
        if (text.length() > maxLength) {
            return reject(name, "has " + text.length() + " characters, at most " + maxLength + " are allowed");
        }
        // Half a surrogate pair cannot be written as UTF-8: let in, it would make every later backup fail.
        if (text.chars().anyMatch(Character::isISOControl)
                || !UTF_8.newEncoder().canEncode(text)) {
            return reject(name, "must not hold control characters or broken ones");
        }
        return text;
    }

    /** A text of that form. */
    String text(String name, Pattern pattern, String expected) {
        String text = text(name, 100);
        return errors.containsKey(name) || pattern.matcher(text).matches() ? text : reject(name, expected);
    }

    /** A whole number in that range. */
    long number(String name, long min, long max) {
        JsonNode value = fields.path(name);
        if (value.isMissingNode() || value.isNull()) {
            reject(name, "is missing");
            return min;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            reject(name, "must be a whole number from " + min + " to " + max);
            return min;
        }
        return value.longValue();
    }

    /**
     * Whether all was well.
     *
     * @throws InvalidFieldsException if not, with a message for each wrong field
     */
    void check() {
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
    }

    private String reject(String name, String message) {
        errors.put(name, message);
        return "";
    }

    /** The body cannot be read at all. */
    static final class MalformedBodyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedBodyException(String message) {
            super(message);
        }
    }

    /** Fields are wrong. Values do not show: they may be somebody's Aadhar number. */
    static final class InvalidFieldsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Map<String, String> errors;

        InvalidFieldsException(Map<String, String> errors) {
            super(errors.toString());
            this.errors = Map.copyOf(errors);
        }

        /** A message for each wrong field. */
        Map<String, String> errors() {
            return errors;
        }
    }
}
