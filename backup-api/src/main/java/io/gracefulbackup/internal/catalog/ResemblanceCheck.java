package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.support.Failures;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Tells a backup whose first bytes are damaged from a file that never was a backup. Both lack the magic number, but taking
 * the first for the second could start an application empty beside its only backup.
 */
public final class ResemblanceCheck {
    private static final int PREAMBLE_LENGTH = 107;

    private ResemblanceCheck() {}

    /**
     * Reads sealed bytes.
     *
     * @throws UnreadableBackupException.DamagedPreamble for bytes that lack the magic number but resemble a backup
     */
    public static <T> T read(InputStream sealed, Reading<T> reading) throws IOException {
        BufferedInputStream in = new BufferedInputStream(sealed);
        in.mark(PREAMBLE_LENGTH);
        byte[] first = in.readNBytes(PREAMBLE_LENGTH);
        in.reset();
        try {
            return reading.read(in);
        } catch (UnreadableBackupException.NotABackup e) {
            if (BackupReader.resemblesBackup(first)) {
                throw new UnreadableBackupException.DamagedPreamble(Failures.describe(e));
            }
            throw e;
        }
    }

    /** Reads something from sealed bytes. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(InputStream in) throws IOException;
    }
}
