package io.gracefulbackup.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gracefulbackup.BackupConfigurationException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "25s,25000",
        "1500ms,1500",
        "2m,120000",
        "1h,3600000",
        "24h,86400000",
        "1ms,1",
        "PT25S,25000",
        "pt1.5s,1500",
        "P1D,86400000"
    })
    void parsesTheFormsThatPeopleWrite(String text, long millis) {
        assertThat(Durations.parse("BACKUP_TIMEOUT", text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "25           | 'the unit is missing: write 25s for seconds, or 25ms for milliseconds'",
                "soon         | 'a duration is expected, such as 25s, 1500ms, 2m, 1h or PT25S'",
                "25 s         | 'a duration is expected, such as 25s, 1500ms, 2m, 1h or PT25S'",
                "1.5s         | 'a duration is expected, such as 25s, 1500ms, 2m, 1h or PT25S'",
                "PT           | 'a duration is expected, such as 25s, 1500ms, 2m, 1h or PT25S'",
                "0s           | 'more than 0 and at most 24h is expected, such as 25s'",
                "PT-5S        | 'more than 0 and at most 24h is expected, such as 25s'",
                "25h          | 'more than 0 and at most 24h is expected, such as 25s'"
            })
    void refusesOtherFormsAndShowsACorrectOne(String text, String expected) {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> Durations.parse("BACKUP_TIMEOUT", text))
                .withMessage("BACKUP_TIMEOUT is \"" + text + "\"; " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"999999999999999h", "99999999999999999999s", "PT9999999999999999999H", "PT9223372036854775807S"})
    void refusesDurationsThatOverflow(String text) {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> Durations.parse("BACKUP_TIMEOUT", text));
    }
}
