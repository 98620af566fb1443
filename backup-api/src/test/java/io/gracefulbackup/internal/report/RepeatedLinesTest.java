package io.gracefulbackup.internal.report;

import static io.gracefulbackup.internal.report.RepeatedLines.FIRST_SILENCE;
import static io.gracefulbackup.internal.report.RepeatedLines.LONGEST_SILENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepeatedLinesTest {
    private final RepeatedLines lines = new RepeatedLines();

    private String next(String topic, String line, Duration now) {
        return lines.next(topic, line, now.toNanos()).orElse("-");
    }

    @Test
    void aLineIsSaidAgainWithTheCountAfterAnHourAndThenAfterTwo() {
        assertThat(next("a", "a 1", Duration.ZERO)).isEqualTo("a 1");
        assertThat(next("a", "a 2", Duration.ofMinutes(1))).isEqualTo("-");
        assertThat(next("a", "a 3", Duration.ofMinutes(59))).isEqualTo("-");
        assertThat(next("a", "a 4", FIRST_SILENCE)).isEqualTo("a 4 (2 times more since it was last said)");
        assertThat(next("a", "a 5", Duration.ofHours(2))).isEqualTo("-");
        assertThat(next("a", "a 6", Duration.ofHours(3))).isEqualTo("a 6 (1 time more since it was last said)");
    }

    @Test
    void aLineIsSaidAtLeastOnceADay() {
        Duration now = Duration.ZERO;
        for (int i = 0; i < 30; i++) {
            next("a", "a", now);
            now = now.plus(LONGEST_SILENCE);
        }

        assertThat(next("a", "a", now)).isEqualTo("a");
    }

    @Test
    void otherTopicsAreSaid() {
        assertThat(next("a", "a", Duration.ZERO)).isEqualTo("a");
        assertThat(next("b", "b", Duration.ZERO)).isEqualTo("b");
    }

    @Test
    void remembersOnlySoMany() {
        next("first", "first", Duration.ZERO);
        for (int i = 0; i < 1000; i++) {
            next("other " + i, "other", Duration.ZERO);
        }

        assertThat(next("first", "first", Duration.ZERO)).isEqualTo("first");
    }
}
