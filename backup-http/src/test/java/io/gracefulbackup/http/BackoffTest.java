package io.gracefulbackup.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pauses grow, are as long as the service asks, and never outlast the deadline. */
final class BackoffTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    @Test
    void pausesGrowToALimitWithJitter() {
        assertThat(Backoff.delay(1, 0)).isEqualTo(Duration.ofMillis(100));
        assertThat(Backoff.delay(1, 1)).isEqualTo(Duration.ofMillis(200));
        assertThat(Backoff.delay(3, 1)).isEqualTo(Duration.ofMillis(800));
        assertThat(Backoff.delay(1000, 1)).isEqualTo(Duration.ofSeconds(5));
        assertThat(Backoff.delay(1000, 0)).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void waitsForTheRequestedTime() throws IOException {
        long begun = System.nanoTime();

        new Backoff(Deadline.after(Duration.ofSeconds(20))).pause(Duration.ofSeconds(1), "busy");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void givesUpAtOnceIfItWouldWaitTooLong() {
        assertThatIOException()
                .isThrownBy(
                        () -> new Backoff(Deadline.after(Duration.ofSeconds(20))).pause(Duration.ofSeconds(60), "busy"))
                .withMessageContaining("busy; it asks to wait 60.0 s; given up after 1 try");
    }

    @Test
    void givesUpWhenTheDeadlineIsEndedDuringAPause() {
        Deadline.Controller time = Deadline.controlled(Duration.ofSeconds(60));
        Backoff retry = new Backoff(time.deadline());
        Deadline.Registration unused = Deadline.after(Duration.ofMillis(50)).onExpiry(time::expire);

        assertThatIOException()
                .isThrownBy(() -> retry.pause(Duration.ofSeconds(30), "busy"))
                .withMessageContaining("busy; given up");
        unused.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "60 | 60",
                "0 | 0",
                "1793534460 | 60",
                "1793534000 | 0",
                "'Sun, 1 Nov 2026 12:01:00 GMT' | 60",
                "'Sun, 1 Nov 2020 12:01:00 GMT' | 0",
                "soon | ",
                "-5 | ",
                "99999999999999999999 | ",
            })
    void understandsSecondsAndDates(String value, Long seconds) {
        assertThat(RetryAfter.parse(value, NOW).map(Duration::toSeconds).orElse(null))
                .isEqualTo(seconds);
    }
}
