package io.gracefulbackup.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.Inspection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticBackupTest {

    private static Inspection inspect(byte[] bytes) throws IOException {
        return SyntheticBackup.INSPECTOR.inspect(new ByteArrayInputStream(bytes));
    }

    private static Inspection inspectHeader(byte[] bytes) throws IOException {
        return SyntheticBackup.INSPECTOR.inspectHeader(new ByteArrayInputStream(bytes));
    }

    @Test
    void itsHeaderIsReadBack() throws IOException {
        SyntheticBackup backup = SyntheticBackup.unrelated(3, 7);
        for (int i = 0; i < BackupHeader.MAX_ANCESTORS + 2; i++) {
            backup = backup.next();
        }

        assertThat(inspectHeader(backup.bytes())).isEqualTo(new Inspection.Intact(backup.header()));
        assertThat(inspect(backup.bytes())).isEqualTo(new Inspection.Intact(backup.header()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 9, 300, 65_536, 200_000})
    void hasExactlyThatSizeAndTheSameBytesEachTime(long size) {
        SyntheticBackup backup = SyntheticBackup.of(1, size);

        assertThat(backup.bytes()).hasSize((int) size).isEqualTo(backup.bytes());
        assertThat(backup.sha256()).isEqualTo(SyntheticBackup.sha256(backup.newStream()));
    }

    @Test
    void damageIsFoundWhereverItIs() throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(1, 70_000);
        byte[] changed = backup.bytes();
        changed[69_000] ^= 1;

        assertThat(inspect(changed)).isInstanceOf(Inspection.Damaged.class);
        assertThat(inspectHeader(changed)).isInstanceOf(Inspection.Intact.class);
        assertThat(inspect(Arrays.copyOf(backup.bytes(), 69_000))).isInstanceOf(Inspection.Damaged.class);
        changed[20] ^= 1;
        assertThat(inspectHeader(changed)).isInstanceOf(Inspection.Damaged.class);
    }

    @Test
    void otherBytesAreForeignAndOtherKeysAreUnknown() throws IOException {
        assertThat(inspect(new byte[100])).isInstanceOf(Inspection.Foreign.class);
        assertThat(inspect(SyntheticBackup.withUnknownKey().bytes())).isInstanceOf(Inspection.UnknownKey.class);
    }
}
