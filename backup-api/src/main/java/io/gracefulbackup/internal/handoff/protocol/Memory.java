package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ClockInterval;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The application's state in the memory of this instance, and what is saved of it.
 *
 * @param hasState whether the memory has the state of the first backup in {@code lineage}, or a later one
 * @param hasUnsaved whether the memory has, or may have, acknowledged changes that are in no backup of this instance
 * @param lineage the backups that the state in memory descends from, the newest first
 * @param finalBackup the backup to release the lease with: the last one of this instance, or the one that it had restored, if the
 *     state has not changed since; else null
 * @param isReleasing whether a release with a final backup was sent, which the server may take at any later time
 * @param gate the interval in which the gate is open, or null while it is closed
 */
record Memory(
        boolean hasState,
        boolean hasUnsaved,
        List<BackupId> lineage,
        @Nullable BackupId finalBackup,
        boolean isReleasing,
        @Nullable ClockInterval gate) {

    static final Memory EMPTY = new Memory(false, false, List.of(), null, false, null);

    /** Returns the memory after a restore from the first of these backups, or from none. */
    Memory restored(List<BackupId> from) {
        return new Memory(true, hasUnsaved, from, finalBackup, isReleasing, gate);
    }

    /** Returns the memory without the state. */
    Memory discarded() {
        return new Memory(false, false, List.of(), finalBackup, isReleasing, gate);
    }

    /** Returns the memory without a state that nobody has changed. The backup that it came from, if any, is the final one. */
    Memory givenUp() {
        return discarded().withFinalBackup(lineage.isEmpty() ? null : lineage.get(0));
    }

    /** Returns the memory after a backup of all changes. */
    Memory saved(BackupId id) {
        List<BackupId> extended = Stream.concat(Stream.of(id), lineage.stream()).toList();
        return new Memory(hasState, false, extended, finalBackup, isReleasing, gate);
    }

    /** Returns the memory with changes that may be in no backup. */
    Memory unsaved() {
        return new Memory(hasState, true, lineage, null, isReleasing, gate);
    }

    Memory withFinalBackup(@Nullable BackupId id) {
        return new Memory(hasState, hasUnsaved, lineage, id, isReleasing, gate);
    }

    /** Returns the memory after a release with the final backup was sent. */
    Memory releasing() {
        return new Memory(hasState, hasUnsaved, lineage, finalBackup, true, gate);
    }

    /** Returns the memory without the last release and its final backup. */
    Memory withoutRelease() {
        return new Memory(hasState, hasUnsaved, lineage, null, false, gate);
    }

    /** Returns the memory open to changes, which are in no backup at first. */
    Memory gateOpen(ClockInterval coverage) {
        return new Memory(hasState, true, lineage, finalBackup, isReleasing, coverage);
    }

    Memory gateClosed() {
        return new Memory(hasState, hasUnsaved, lineage, finalBackup, isReleasing, null);
    }

    /**
     * Returns the memory when the process exits.
     *
     * @param wasAccepting whether the instance was active, so that a host that does not use the gate may have changed its state
     * @param isHandingOver whether a final backup is being made or released
     */
    Memory stopping(boolean wasAccepting, boolean isHandingOver) {
        boolean unsaved = hasUnsaved || wasAccepting;
        boolean needed = unsaved || isHandingOver;
        return new Memory(hasState && needed, unsaved, lineage, needed ? finalBackup : null, isReleasing, gate);
    }
}
