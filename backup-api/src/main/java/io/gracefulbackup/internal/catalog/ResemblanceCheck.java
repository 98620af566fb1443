package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.support.Failures;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Tells a backup whose beginning is damaged from a file that never was one. Both lack the magic; but to take the first for
 * the second would be to start empty over the only backup.
 */
public final class ResemblanceCheck {
    private static final int PREAMBLE_LENGTH = 107;

    private ResemblanceCheck() {}

    /**
     * Reads sealed bytes.
     *
     * @throws UnreadableBackupException.DamagedPreamble for bytes without the magic that look like a backup all the same
     */
    public static <T> T read(InputStream sealed, Reading<T> reading) throws IOException {
        BufferedInputStream in = new BufferedInputStream(sealed);
        in.mark(PREAMBLE_LENGTH);
        byte[] first = in.readNBytes(PREAMBLE_LENGTH);
        in.reset();
        try {
            return reading.read(in);
        } catch (UnreadableBackupException.NotABackup notOne) {
            if (BackupReader.resemblesBackup(first)) {
                throw new UnreadableBackupException.DamagedPreamble(Failures.describe(notOne));
            }
            throw notOne;
        }
    }

    @FunctionalInterface
    public interface Reading<T> {
        T read(InputStream in) throws IOException;
    }
}
