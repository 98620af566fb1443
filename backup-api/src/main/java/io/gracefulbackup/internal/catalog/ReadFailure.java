package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.internal.format.UnreadableBackupException;

/** Why sealed bytes could not be opened as a backup, told apart by what follows from it. */
public enum ReadFailure {
    /** They are a backup of this application, but not as it was sealed. */
    DAMAGED,
    /** They do not begin as a backup does, nor resemble one. */
    NOT_A_BACKUP,
    /** They were sealed with a key that this process does not have. */
    UNKNOWN_KEY,
    /** A later version of the library wrote them. */
    NEWER_FORMAT,
    /** They are an authentic backup of another application. */
    OTHER_APPLICATION;

    /** The kind of an exception. */
    public static ReadFailure of(UnreadableBackupException why) {
        if (why instanceof UnreadableBackupException.NotABackup) {
            return NOT_A_BACKUP;
        }
        if (why instanceof UnreadableBackupException.WrongKey) {
            return UNKNOWN_KEY;
        }
        if (why instanceof UnreadableBackupException.NewerFormat) {
            return NEWER_FORMAT;
        }
        return why instanceof UnreadableBackupException.OtherApplication ? OTHER_APPLICATION : DAMAGED;
    }

    /** Whether it is damage, where a backup of this application is known to have been stored. */
    public boolean isDamage() {
        return this == DAMAGED || this == NOT_A_BACKUP;
    }
}
