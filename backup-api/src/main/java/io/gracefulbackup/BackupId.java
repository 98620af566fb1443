package io.gracefulbackup;

import java.util.regex.Pattern;

/**
 * The id of a backup: 32 lower-case hexadecimal digits, chosen at random when the backup is sealed. It can be used as
 * it is in file names, SQL and URLs.
 *
 * @param value the digits
 */
public record BackupId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if {@code value} is not 32 lower-case hexadecimal digits
     */
    public BackupId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "A backup id is 32 lower-case hexadecimal digits, but this is \"" + value + "\"");
        }
    }

    /** Whether a text has the form of an id. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** The 32 digits. */
    @Override
    public String toString() {
        return value;
    }
}
