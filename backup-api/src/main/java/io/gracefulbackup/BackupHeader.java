package io.gracefulbackup;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The description of a backup inside its sealed bytes. A header that is read from them is authenticated, so it is the
 * only source for questions such as which backup is newer, or is an ancestor of another.
 *
 * @param application the application that it belongs to (setting {@code BACKUP_APP})
 * @param id its id
 * @param epoch the epoch of its {@linkplain #version version}; grows with every explicit choice of an older backup
 * @param sequence the sequence of its {@linkplain #version version}; grows with every backup
 * @param parent the backup that the application had restored or saved before it, or null for the first one
 * @param ancestors the parent, its parent and so on, nearest first, at most {@value #MAX_ANCESTORS}
 * @param namedFrom {@code ancestors} contains every ancestor from this sequence on; 0 if it contains all ancestors
 * @param name its name for people, such as {@code Auto-backup - 14/01/2026 15:30:45}
 * @param createdAt when its snapshot began, by the clock of the instance; for people, not for deciding what is newest
 * @param reason why it was made: the name of a {@link ShutdownReason}, or {@code MANUAL}, {@code CHECKPOINT}, {@code
 *     BEFORE_RESTORE}, {@code AFTER_RESTORE} or {@code HANDOFF}
 * @param site where the application ran (setting {@code BACKUP_SITE}), or null
 * @param instance the process that made it, for people
 * @param choice the explicit choice at start ({@code BACKUP_START=empty}, {@code BACKUP_RESTORE_ID}) that this backup
 *     and its ancestors follow, or null
 * @param guarded backups that retention keeps because the state shrank after them; at most {@value #MAX_GUARDED}
 * @param before the last stored backup before it, or null. A header is written before the size of its own state is
 *     known; who has read the whole backup can compare the two sizes, and so see whether the state shrank
 */
public record BackupHeader(
        String application,
        BackupId id,
        long epoch,
        long sequence,
        @Nullable BackupId parent,
        List<BackupId> ancestors,
        long namedFrom,
        String name,
        Instant createdAt,
        String reason,
        @Nullable String site,
        String instance,
        @Nullable String choice,
        List<Guarded> guarded,
        @Nullable Before before) {

    /** The largest number of ancestors in a header. */
    public static final int MAX_ANCESTORS = 64;

    /** The largest number of guarded backups in a header. */
    public static final int MAX_GUARDED = 16;

    /** How long retention keeps a fork and a guarded backup, unless the operator decides earlier. */
    public static final Duration GUARDED_FOR = Duration.ofDays(30);

    /** Orders older headers first, by {@link #version()}. Creation time, then id, only break ties. */
    public static final Comparator<BackupHeader> OLDEST_FIRST = Comparator.comparing(BackupHeader::version)
            .thenComparing(BackupHeader::createdAt)
            .thenComparing(header -> header.id().value());

    /**
     * The last backup before the state shrank by more than half. Retention keeps it, because the loss may be a mistake.
     *
     * @param id its id
     * @param since when the smaller state was saved, by the clock of the instance
     */
    public record Guarded(BackupId id, Instant since) {
        /** Whether retention still keeps it: until {@link #GUARDED_FOR} after {@link #since}. */
        public boolean isInForce(Instant now) {
            return since.plus(GUARDED_FOR).isAfter(now);
        }
    }

    /**
     * A backup and the size of its state.
     *
     * @param id its id
     * @param stateBytes the number of bytes of its sections, uncompressed
     */
    public record Before(BackupId id, long stateBytes) {
        /** Whether this state is more than twice as large as one of {@code other} bytes. */
        public boolean isMoreThanTwice(long other) {
            return other < stateBytes - other;
        }
    }

    /** Copies the lists. */
    public BackupHeader {
        ancestors = List.copyOf(ancestors);
        guarded = List.copyOf(guarded);
    }

    /** The header of a backup that names all its ancestors and guards no other backup. */
    public BackupHeader(
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
        this(
                application,
                id,
                epoch,
                sequence,
                parent,
                ancestors,
                0,
                name,
                createdAt,
                reason,
                site,
                instance,
                choice,
                List.of(),
                null);
    }

    /** The epoch and the sequence. */
    public BackupVersion version() {
        return new BackupVersion(epoch, sequence);
    }

    /** Whether this backup is newer than the other one, by {@link #OLDEST_FIRST}. */
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
