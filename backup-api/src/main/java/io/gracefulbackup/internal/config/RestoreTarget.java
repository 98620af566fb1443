package io.gracefulbackup.internal.config;

/**
 * A backup that the operator has chosen for the restore.
 *
 * @param setting the setting that chooses it
 * @param value its id or its CID
 */
public record RestoreTarget(String setting, String value) {
    static final String BY_ID = "BACKUP_RESTORE_ID";
    static final String BY_CID = "PINATA_RESTORE_CID";

    /** The choice as the headers of later backups record it. */
    public String choice() {
        return (setting.equals(BY_ID) ? "id:" : "cid:") + value;
    }

    /** The setting and its value, as the operator wrote them. */
    @Override
    public String toString() {
        return setting + "=" + value;
    }
}
