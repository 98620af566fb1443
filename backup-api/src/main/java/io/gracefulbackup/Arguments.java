package io.gracefulbackup;

import java.time.Duration;
import java.util.Objects;

/** Checks of arguments; the messages name the argument and its value. */
final class Arguments {
    /** Longer times overflow in milliseconds somewhere, and nobody means them. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Arguments() {}

    static Duration positive(Duration time, String name) {
        if (notNegative(time, name).isZero()) {
            throw new IllegalArgumentException(name + " is " + time + "; it must be longer than zero");
        }
        return time;
    }

    static Duration notNegative(Duration time, String name) {
        Objects.requireNonNull(time, name);
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " is " + time + "; it must not be negative, nor longer than " + LONGEST.toDays() + " days");
        }
        return time;
    }
}
