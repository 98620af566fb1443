package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SealedBackupsTest {
    private static SealedBackups backups;

    @BeforeAll
    static void createBackups() throws IOException {
        backups = SealedBackups.of("line", "a key for a line of backups");
    }

    @AfterAll
    static void removeBackups() throws IOException {
        backups.close();
    }

    @Test
    void theLibraryReadsThem() throws IOException {
        SealedBackup first = backups.next(0);
        SealedBackup second = backups.next(1);

        assertThat(inspect(backups, first)).isEqualTo(new Inspection.Intact(first.header()));
        assertThat(inspect(backups, second)).isEqualTo(new Inspection.Intact(second.header()));
        assertThat(second.header().descendsFrom(first.header())).isTrue();
    }

    @Test
    void haveTheSizeAndTheDigestThatTheyName() throws IOException {
        SealedBackup backup = backups.ofSize(20_000);

        assertThat(backup.size()).isEqualTo(20_000);
        try (InputStream sealed = backup.newStream()) {
            byte[] bytes = sealed.readAllBytes();
            assertThat(bytes).hasSize(20_000);
            assertThat(Digests.sha256(bytes)).isEqualTo(backup.sha256());
        }
    }

    @Test
    void refusesASizeThatNoBackupHas() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backups.ofSize(100))
                .withMessageContaining("100");
    }

    @Test
    void aBackupUnderAnotherKeyIsLocked() throws IOException {
        try (SealedBackups others = SealedBackups.of("line", "another key for a line")) {
            assertThat(inspect(backups, others.next(10))).isInstanceOf(Inspection.UnknownKey.class);
        }
    }

    @Test
    void aContextHasTheSettingsOfTheTestOnly() {
        SinkContext context = backups.context(Map.of("BACKUP_FILE", " here ", "BACKUP_TABLE", " "));

        assertThat(context.setting("BACKUP_FILE")).contains("here");
        assertThat(context.setting("BACKUP_APP")).isEmpty();
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> context.setting("BACKUP_TABLE"))
                .withMessageContaining("BACKUP_TABLE");
        assertThat(context.application()).isEqualTo("line");
    }

    private static Inspection inspect(SealedBackups reader, SealedBackup backup) throws IOException {
        try (InputStream sealed = backup.newStream()) {
            return reader.context(Map.of()).inspect(sealed);
        }
    }
}
