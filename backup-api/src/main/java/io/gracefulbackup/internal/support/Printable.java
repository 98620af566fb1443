package io.gracefulbackup.internal.support;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text that is safe to show. Names, causes and locations come from elsewhere: a control character in them could forge a line or
 * colour a terminal, and a character that sets the direction of writing could make a line read differently from what it says.
 */
public final class Printable {
    /** The library's own messages continue on lines that are indented by three spaces. Nothing else may break a line. */
    private static final String OWN_BREAK = "\n   ";

    private static final Pattern BREAK = Pattern.compile("\\s*[\\n\\r\\x0B\\f\\x85\\x{2028}\\x{2029}]\\s*");

    private Printable() {}

    /**
     * A message as it may leave the library: control characters, and characters that set the direction of writing, become
     * Unicode escapes as in Java sources. The message's own line breaks stay. Idempotent.
     */
    public static String text(String message) {
        StringBuilder text = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            append(text, message.charAt(i), message.startsWith(OWN_BREAK, i));
        }
        return text.toString();
    }

    /** A text of other origin, such as the message of an exception, in one line: a line break in it becomes a space. */
    public static String line(String foreign) {
        return name(BREAK.matcher(foreign.strip()).replaceAll(" "));
    }

    /** A name of other origin, escaped as {@link #text}, its line breaks too. */
    public static String name(String foreign) {
        StringBuilder text = new StringBuilder(foreign.length());
        for (int i = 0; i < foreign.length(); i++) {
            append(text, foreign.charAt(i), false);
        }
        return text.toString();
    }

    /** The Unicode escape of a character, as in Java sources. */
    public static String escaped(char c) {
        return String.format(Locale.ROOT, "\\u%04x", (int) c);
    }

    private static void append(StringBuilder text, char c, boolean isOwnBreak) {
        if (!isOwnBreak && (Character.isISOControl(c) || breaksLine(c) || setsDirection(c))) {
            text.append(escaped(c));
        } else {
            text.append(c);
        }
    }

    private static boolean breaksLine(char c) {
        return c == 0x2028 || c == 0x2029;
    }

    /** What Unicode calls bidirectional controls. */
    private static boolean setsDirection(char c) {
        return c == 0x061c
                || c == 0x200e
                || c == 0x200f
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
