package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * The values that a header may have. An authentic header with other values is refused: with them, the next number would overflow
 * or a date could not be computed, and no later backup could be made. All methods throw an {@code IllegalArgumentException} that
 * names the field.
 */
final class HeaderFields {
    private static final Instant FIRST_TIME = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private HeaderFields() {}

    /** A number that is not negative, and far from an overflow. */
    static long number(JsonNode json, String name) {
        return number(name, JsonTree.integer(json, name));
    }

    private static long number(String name, long value) {
        if (value < 0 || value > BackupVersion.HIGHEST) {
            throw new IllegalArgumentException(
                    name + " is " + value + "; it must be from 0 to " + BackupVersion.HIGHEST);
        }
        return value;
    }

    static Instant time(JsonNode json, String name) {
        try {
            return time(name, Instant.parse(JsonTree.text(json, name)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " is not a time", e);
        }
    }

    private static Instant time(String name, Instant value) {
        if (value.isBefore(FIRST_TIME) || value.isAfter(LAST_TIME)) {
            throw new IllegalArgumentException(name + " is outside the years 1 to 9999");
        }
        return value;
    }

    static BackupId id(JsonNode json, String name) {
        return id(name, JsonTree.required(json, name));
    }

    /** @param name the name of the field, for messages */
    static BackupId id(String name, JsonNode value) {
        String text = JsonTree.text(name, value);
        if (!BackupId.isValid(text)) {
            throw new IllegalArgumentException(name + " is not an id of 32 lower-case hexadecimal digits");
        }
        return new BackupId(text);
    }

    /**
     * Checks the values of a header that is to be written.
     *
     * @throws BackupException if no reader would accept one of them
     */
    static void check(BackupHeader header) {
        try {
            number("epoch", header.epoch());
            number("sequence", header.sequence());
            number("namedFrom", header.namedFrom());
            time("createdAt", header.createdAt());
        } catch (IllegalArgumentException e) {
            throw new BackupException("A backup with this header could not be read again: " + e.getMessage(), e);
        }
    }
}
