package io.gracefulbackup.internal.restore;

import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.config.StartChoice;
import io.gracefulbackup.internal.config.StartPolicy;
import java.util.Optional;

/**
 * The settings that a start depends on.
 *
 * @param application the name of the application
 * @param policy the setting {@code BACKUP_START}
 * @param choice the backup to start with, or none, if the operator chose
 * @param requireAllSinks whether every sink must answer, whatever the others hold
 * @param disk how long files live that are not on a mounted disk
 */
record StartSettings(
        String application,
        StartPolicy policy,
        Optional<StartChoice> choice,
        boolean requireAllSinks,
        DiskLifetime disk) {

    /**
     * Reads them.
     *
     * @param followsChoices whether explicit choices count: only for the first restore of a process
     */
    static StartSettings of(BackupConfig config, boolean followsChoices) {
        return new StartSettings(
                config.application(),
                followsChoices ? config.start() : StartPolicy.AUTO,
                followsChoices ? config.choice() : Optional.empty(),
                config.requireAllSinks(),
                config.disk());
    }
}
