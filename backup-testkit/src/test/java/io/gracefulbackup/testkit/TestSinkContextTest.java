package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.Deadline;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TestSinkContextTest {
    private final TestSinkContext context = new TestSinkContext("app");

    @Test
    void answersWhatTheTestHasChosen() {
        context.set("BACKUP_FILE", " here ")
                .addPointer("CID", "newest")
                .addPointer("CID", "older")
                .ephemeralDisk(true);

        assertThat(context.application()).isEqualTo("app");
        assertThat(context.setting("BACKUP_FILE")).contains("here");
        assertThat(context.pointers("CID", Deadline.after(Duration.ZERO))).containsExactly("newest", "older");
        assertThat(context.diskIsEphemeral()).isTrue();
        assertThat(context.unset("BACKUP_FILE").setting("BACKUP_FILE")).isEmpty();
    }

    @Test
    void hasNothingUntilTheTestChoosesIt() {
        assertThat(context.setting("BACKUP_FILE")).isEmpty();
        assertThat(context.secret("TOKEN")).isEmpty();
        assertThat(context.pointers("CID", Deadline.after(Duration.ZERO))).isEmpty();
        assertThat(context.diskIsEphemeral()).isFalse();
    }

    @Test
    void keepsTheWhiteSpaceOfSecretsAsTheLibraryDoes() {
        context.set("TOKEN", "canary\n");

        assertThat(context.secret("TOKEN")).contains("canary\n");
    }

    @Test
    void refusesASettingThatIsBlank() {
        context.set("BACKUP_FILE", " ");

        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> context.setting("BACKUP_FILE"))
                .withMessageContaining("BACKUP_FILE is set to nothing");
    }

    @Test
    void recordsSecretsAndWarnings() {
        context.set("TOKEN", "canary").set("BACKUP_FILE", "here");
        context.secret("TOKEN");
        context.setting("BACKUP_FILE");
        context.warn("one");
        context.warn("two");

        assertThat(context.secrets()).containsExactly("canary");
        assertThat(context.warnings()).containsExactly("one", "two");
    }

    @Test
    void saysHowToInspectWhereItCannot() {
        assertThatThrownBy(() -> context.inspectHeader(InputStream.nullInputStream()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("SealedBackups.context");
    }
}
