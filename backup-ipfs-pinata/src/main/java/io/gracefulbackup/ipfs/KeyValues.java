package io.gracefulbackup.ipfs;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What stands beside each pin, so that Pinata alone can give the catalogue. Texts only, and at most ten: more are not
 * allowed. They are hints; nothing is decided by them.
 */
final class KeyValues {
    static final String TYPE = "type";
    static final String APPLICATION = "application";
    static final String BACKUP = "graceful-backup";

    private static final String ID = "backupId";
    private static final String EPOCH = "epoch";
    private static final String SEQUENCE = "sequence";
    private static final String PARENT = "parent";
    private static final String CREATED = "created";
    private static final String SHA256 = "sha256";
    private static final String SIZE = "size";
    private static final String CID = "cid";

    private KeyValues() {}

    /**
     * The key-values of a backup.
     *
     * @param cid its CID as computed here: the v3 API does not know the CIDs of all its files at once
     */
    static Map<String, String> of(SealedBackup backup, String cid) {
        BackupHeader header = backup.header();
        Map<String, String> values = new LinkedHashMap<>();
        values.put(TYPE, BACKUP);
        values.put(APPLICATION, header.application());
        values.put(ID, header.id().value());
        values.put(EPOCH, Long.toString(header.epoch()));
        values.put(SEQUENCE, Long.toString(header.sequence()));
        header.parentId().ifPresent(parent -> values.put(PARENT, parent.value()));
        values.put(CREATED, header.createdAt().toString());
        values.put(SHA256, backup.sha256());
        values.put(SIZE, Long.toString(backup.size()));
        values.put(CID, cid);
        return values;
    }

    /** Whether a pin may be a backup of that application; one without key-values may. */
    static boolean mayBeBackupOf(Map<String, String> values, String application) {
        return BACKUP.equals(values.getOrDefault(TYPE, BACKUP))
                && application.equals(values.getOrDefault(APPLICATION, application));
    }

    /** What they say of the backup; empty if something is missing or makes no sense. */
    static Optional<Hint> hint(Map<String, String> values) {
        try {
            return Optional.of(new Hint(
                    new BackupId(values.getOrDefault(ID, "")),
                    Long.parseLong(values.getOrDefault(EPOCH, "")),
                    Long.parseLong(values.getOrDefault(SEQUENCE, "")),
                    Long.parseLong(values.getOrDefault(SIZE, "")),
                    Instant.parse(values.getOrDefault(CREATED, ""))));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    static Optional<String> sha256(Map<String, String> values) {
        return Optional.ofNullable(values.get(SHA256));
    }

    static Optional<String> cid(Map<String, String> values) {
        return Optional.ofNullable(values.get(CID));
    }
}
