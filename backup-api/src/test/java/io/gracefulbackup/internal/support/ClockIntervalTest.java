package io.gracefulbackup.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockIntervalTest {
    private static final ProcessTime BEGINNING = at(Long.MAX_VALUE / 1_000_000 - 5, 7_000);

    /** The monotonic clock may overflow within the interval. */
    private static ProcessTime at(long millis, long wallMillis) {
        return new ProcessTime(millis * 1_000_000, wallMillis);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, true",
        "5, 5, true",
        "9, 9, true",
        "10, 9, false",
        "9, 10, false",
        "0, 9, true",
        "5, 3, true",
        "5, 2, false",
        "0, -2, true",
        "0, -3, false",
        "9, 7, true",
        "9, 6, false",
        "9, -100000, false"
    })
    void containsATimeUnlessOneClockHasReachedItsEndOrTheWallClockWasSetBack(
            long millis, long wallMillis, boolean expected) {
        ClockInterval interval = ClockInterval.of(BEGINNING, Duration.ofMillis(10), Duration.ofMillis(2));
        ProcessTime now = new ProcessTime(BEGINNING.nanos() + millis * 1_000_000, BEGINNING.wallMillis() + wallMillis);

        assertThat(interval.surelyContains(now)).isEqualTo(expected);
    }
}
