package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupConfigurationException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses durations in the forms that people write: {@code 1500ms}, {@code 25s}, {@code 2m}, {@code 1h}, {@code PT25S}. */
final class Durations {
    private static final Pattern SHORT_FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h)");
    private static final Map<String, ChronoUnit> UNITS =
            Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS);

    /** A longer duration is a mistake in the unit. The limit also keeps nanoseconds from overflowing. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private Durations() {}

    /**
     * Parses a duration.
     *
     * @param name the setting, for the message
     * @throws BackupConfigurationException if it is not a duration, not positive, or longer than a day
     */
    static Duration parse(String name, String text) {
        Duration duration = read(name, text);
        if (duration.isZero() || duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new BackupConfigurationException(
                    name + " is \"" + text + "\"; more than 0 and at most 24h is expected, such as 25s");
        }
        return duration;
    }

    private static Duration read(String name, String text) {
        Matcher shortForm = SHORT_FORM.matcher(text);
        if (shortForm.matches()) {
            ChronoUnit unit = UNITS.getOrDefault(shortForm.group(2), ChronoUnit.SECONDS);
            return Duration.of(Long.parseLong(shortForm.group(1)), unit);
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            String hint = text.matches("\\d+")
                    ? "the unit is missing: write " + text + "s for seconds, or " + text + "ms for milliseconds"
                    : "a duration is expected, such as 25s, 1500ms, 2m, 1h or PT25S";
            throw new BackupConfigurationException(name + " is \"" + text + "\"; " + hint);
        }
    }
}
