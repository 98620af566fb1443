package io.gracefulbackup.internal.restore;

import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.config.RestoreTarget;
import io.gracefulbackup.internal.config.StartPolicy;
import java.util.Optional;

/**
 * The settings that a start depends on.
 *
 * @param policy the setting {@code BACKUP_START}
 * @param target the backup that {@code BACKUP_RESTORE_ID} or {@code PINATA_RESTORE_CID} names
 * @param requireAllSinks whether every sink must answer, whatever the others hold
 * @param disk how long files live that are not on a mounted disk
 */
record StartSettings(
        StartPolicy policy, Optional<RestoreTarget> target, boolean requireAllSinks, DiskLifetime disk) {

    /**
     * Reads them.
     *
     * @param followsChoices whether explicit choices count: only for the first restore of a process
     */
    static StartSettings of(BackupConfig config, boolean followsChoices) {
        return new StartSettings(
                followsChoices ? config.start() : StartPolicy.AUTO,
                followsChoices ? config.restoreTarget() : Optional.empty(),
                config.requireAllSinks(),
                config.disk());
    }

    /** The explicit choice as it is written in headers. */
    Optional<String> choice() {
        return target.map(RestoreTarget::choice).or(() -> Optional.of("empty").filter(text -> policy == StartPolicy.EMPTY));
    }

    /** The explicit choice as the operator wrote it. */
    String choiceAsWritten() {
        return target.map(RestoreTarget::toString).orElse("BACKUP_START=empty");
    }
}
