package io.gracefulbackup.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import okhttp3.Response;

/** Reads how long a service asks to wait: from {@code Retry-After}, or after status 429 from a rate limit header. */
final class RetryAfter {
    /** From here on a number is taken for seconds since 1970: as a delay it would mean more than 30 years. */
    private static final long MIN_EPOCH_SECONDS = 1_000_000_000;

    private RetryAfter() {}

    /** The time to wait from now on; empty if the service names none. */
    static Optional<Duration> of(Response response) {
        Instant now = Instant.now();
        for (String name : new String[] {"Retry-After", "Ratelimit-Reset", "X-RateLimit-Reset"}) {
            String value = response.header(name);
            if (value != null && (response.code() == 429 || name.equals("Retry-After"))) {
                return parse(value.strip(), now);
            }
        }
        return Optional.empty();
    }

    /** Parses a delay in seconds, seconds since 1970 or an HTTP date; empty if the value is none of these. */
    static Optional<Duration> parse(String value, Instant now) {
        try {
            if (value.matches("\\d{1,12}")) {
                long seconds = Long.parseLong(value);
                return Optional.of(
                        seconds < MIN_EPOCH_SECONDS
                                ? Duration.ofSeconds(seconds)
                                : until(seconds, now.getEpochSecond()));
            }
            Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(until(date.getEpochSecond(), now.getEpochSecond()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration until(long then, long now) {
        return Duration.ofSeconds(Math.max(0, then - now));
    }
}
