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
 * The key-values of a pin: metadata from which the sink can be listed without downloading anything. Pinata allows at
 * most ten, and only text. They are hints; no decision rests on them.
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
     * @param cid the CID computed before the upload; Pinata's v3 API does not list the CIDs of all files immediately
     */
    static Map<String, String> of(SealedBackup backup, String cid) {
        BackupHeader header = backup.header();
        Map<String, String> values = new LinkedHashMap<>();
        values.put(TYPE, BACKUP);
        values.put(APPLICATION, header.application());
        values.put(ID, header.id().value());
        values.put(EPOCH, Long.toString(header.epoch()));
        values.put(SEQUENCE, Long.toString(header.sequence()));
        header.parent().ifPresent(parent -> values.put(PARENT, parent.value()));
        values.put(CREATED, header.createdAt().toString());
        values.put(SHA256, backup.sha256());
        values.put(SIZE, Long.toString(backup.size()));
        values.put(CID, cid);
        return values;
    }

    /** Whether a pin may be a backup of an application. Without key-values, it may. */
    static boolean mayBeBackupOf(Map<String, String> values, String application) {
        return BACKUP.equals(values.getOrDefault(TYPE, BACKUP))
                && application.equals(values.getOrDefault(APPLICATION, application));
    }

    /** The application, if the pin says that it is a backup and whose. */
    static Optional<String> application(Map<String, String> values) {
        return BACKUP.equals(values.get(TYPE)) ? Optional.ofNullable(values.get(APPLICATION)) : Optional.empty();
    }

    /** The hint for the catalog; empty if a value is missing or invalid. */
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

    /** SHA-256 of the sealed bytes, if present. */
    static Optional<String> sha256(Map<String, String> values) {
        return Optional.ofNullable(values.get(SHA256));
    }

    /** The CID computed before the upload, if present. */
    static Optional<String> cid(Map<String, String> values) {
        return Optional.ofNullable(values.get(CID));
    }
}
