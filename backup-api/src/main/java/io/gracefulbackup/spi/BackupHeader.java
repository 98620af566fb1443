package io.gracefulbackup.spi;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backup says about itself. Read from sealed bytes it is authenticated, so "newest" and "ancestor" may be decided
 * by it and by nothing else.
 *
 * @param application the application it belongs to (setting {@code BACKUP_APP})
 * @param id its name
 * @param epoch the first half of its place in the order; grows with every explicit choice of an older backup
 * @param sequence the second half of its place in the order; grows with every backup
 * @param parent the backup whose state the application had restored or saved before, or null at the first one
 * @param ancestors the parent, its parent and so on, nearest first, at most {@value #MAX_ANCESTORS}
 * @param name what a person reads, such as {@code Auto-backup - 14/01/2026 15:30:45}
 * @param createdAt when its snapshot began, by the clock of the instance: for people, never for deciding what is newest
 * @param reason why it was made: the name of a {@link io.gracefulbackup.ShutdownReason}, or {@code MANUAL}
 * @param site where the application ran (setting {@code BACKUP_SITE}), or null
 * @param instance the process that made it, for people
 * @param choice the explicit choice at start ({@code BACKUP_START=empty}, {@code BACKUP_RESTORE_ID}) that was in force
 *     and has been honoured in this line of backups, or null
 */
public record BackupHeader(
        String application,
        BackupId id,
        long epoch,
        long sequence,
        @Nullable BackupId parent,
        List<BackupId> ancestors,
        String name,
        Instant createdAt,
        String reason,
        @Nullable String site,
        String instance,
        @Nullable String choice) {

    /** How many ancestors a header names at most. */
    public static final int MAX_ANCESTORS = 64;

    /** Older before newer: by epoch, then sequence; creation time, then id, only break ties. */
    public static final Comparator<BackupHeader> OLDEST_FIRST = Comparator.comparingLong(BackupHeader::epoch)
            .thenComparingLong(BackupHeader::sequence)
            .thenComparing(BackupHeader::createdAt)
            .thenComparing(header -> header.id().value());

    /** Copies the list of ancestors. */
    public BackupHeader {
        ancestors = List.copyOf(ancestors);
    }

    /** Whether this backup is newer than the other one; see {@link #OLDEST_FIRST}. */
    public boolean isNewerThan(BackupHeader other) {
        return OLDEST_FIRST.compare(this, other) > 0;
    }

    /** Whether the other backup is among the ancestors that this one names. */
    public boolean descendsFrom(BackupHeader other) {
        return ancestors.contains(other.id());
    }

    /** The parent, if there is one. */
    public Optional<BackupId> parentId() {
        return Optional.ofNullable(parent);
    }
}
