package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The application's state in the memory of this instance, and what is saved of it.
 *
 * @param hasState whether the memory has the state that {@code lineage} describes, and maybe later changes
 * @param hasUnsaved whether the memory has, or may have, acknowledged changes that are in no backup of this instance
 * @param lineage the backups that the state in memory descends from, the last one first
 * @param finalBackup the last backup of this instance, if the memory has not changed since; else null
 * @param isReleasing whether a release with that backup was sent: the server may take it at any later time
 * @param gateUntil up to when the gate was opened, or null while it is closed
 */
record Memory(
        boolean hasState,
        boolean hasUnsaved,
        List<BackupId> lineage,
        @Nullable BackupId finalBackup,
        boolean isReleasing,
        @Nullable ProcessTime gateUntil) {

    static final Memory EMPTY = new Memory(false, false, List.of(), null, false, null);

    /** Restored from a backup and its ancestors, or from nothing. */
    Memory restored(List<BackupId> from) {
        return new Memory(true, hasUnsaved, from, finalBackup, isReleasing, gateUntil);
    }

    /** Without the state. */
    Memory discarded() {
        return new Memory(false, false, List.of(), finalBackup, isReleasing, gateUntil);
    }

    /** All changes are in that backup. */
    Memory saved(BackupId id) {
        List<BackupId> extended = Stream.concat(Stream.of(id), lineage.stream()).toList();
        return new Memory(hasState, false, extended, finalBackup, isReleasing, gateUntil);
    }

    /** There may be changes that are in no backup. */
    Memory unsaved() {
        return new Memory(hasState, true, lineage, null, isReleasing, gateUntil);
    }

    Memory withFinalBackup(@Nullable BackupId id) {
        return new Memory(hasState, hasUnsaved, lineage, id, isReleasing, gateUntil);
    }

    /** A release with the final backup is sent. */
    Memory releasing() {
        return new Memory(hasState, hasUnsaved, lineage, finalBackup, true, gateUntil);
    }

    /** The last release, and its backup, count no more. */
    Memory withoutRelease() {
        return new Memory(hasState, hasUnsaved, lineage, null, false, gateUntil);
    }

    /** Open to changes, which are in no backup yet. */
    Memory gateOpen(ProcessTime until) {
        return new Memory(hasState, true, lineage, finalBackup, isReleasing, until);
    }

    Memory gateClosed() {
        return new Memory(hasState, hasUnsaved, lineage, finalBackup, isReleasing, null);
    }

    /**
     * As the process ends.
     *
     * @param wasAccepting whether the instance was active: hosts that do not use the gate change their state as well
     * @param isHandingOver whether a final backup is being made
     */
    Memory stopping(boolean wasAccepting, boolean isHandingOver) {
        boolean unsaved = hasUnsaved || wasAccepting;
        boolean needed = unsaved || isHandingOver;
        return new Memory(hasState && needed, unsaved, lineage, needed ? finalBackup : null, isReleasing, gateUntil);
    }
}
