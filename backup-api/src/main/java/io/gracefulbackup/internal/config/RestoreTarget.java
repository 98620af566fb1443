package io.gracefulbackup.internal.config;

/**
 * One backup that the operator asks for by name.
 *
 * @param setting the setting that names it
 * @param value its id, or its CID
 */
public record RestoreTarget(String setting, String value) {
    static final String BY_ID = "BACKUP_RESTORE_ID";
    static final String BY_CID = "PINATA_RESTORE_CID";

    /** How the choice is written in the headers of the backups that follow it. */
    public String choice() {
        return (setting.equals(BY_ID) ? "id:" : "cid:") + value;
    }

    /** As the operator wrote it. */
    @Override
    public String toString() {
        return setting + "=" + value;
    }
}
