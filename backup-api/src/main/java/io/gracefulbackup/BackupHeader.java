package io.gracefulbackup;

import java.time.Duration;
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
 * @param namedFrom all ancestors of this sequence and above are among {@code ancestors}; 0 if that is all there are
 * @param name what a person reads, such as {@code Auto-backup - 14/01/2026 15:30:45}
 * @param createdAt when its snapshot began, by the clock of the instance: for people, never for deciding what is newest
 * @param reason why it was made: the name of a {@link io.gracefulbackup.ShutdownReason}, or {@code MANUAL}
 * @param site where the application ran (setting {@code BACKUP_SITE}), or null
 * @param instance the process that made it, for people
 * @param choice the explicit choice at start ({@code BACKUP_START=empty}, {@code BACKUP_RESTORE_ID}) that was in force
 *     and has been honoured in this line of backups, or null
 * @param guarded backups that retention leaves alone, because the state shrank after them; at most
 *     {@value #MAX_GUARDED}
 * @param before the last stored backup before it, or null. A header is written before the size of its own state is known,
 *     so this is how a reader of the whole backup tells whether the state shrank
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

    /** How many ancestors a header names at most. */
    public static final int MAX_ANCESTORS = 64;

    /** How many backups a header guards at most. */
    public static final int MAX_GUARDED = 16;

    /** So long retention leaves a fork and a guarded backup alone, if the operator does not decide earlier. */
    public static final Duration GUARDED_FOR = Duration.ofDays(30);

    /** Older before newer: by {@link #version()}; creation time, then id, only break ties. */
    public static final Comparator<BackupHeader> OLDEST_FIRST = Comparator.comparing(BackupHeader::version)
            .thenComparing(BackupHeader::createdAt)
            .thenComparing(header -> header.id().value());

    /**
     * The last backup before the state shrank by more than half, which may have been a mistake.
     *
     * @param id its id
     * @param since when the smaller state was saved, by the clock of that instance
     */
    public record Guarded(BackupId id, Instant since) {
        /** Whether it is still to be left alone; a time that is yet to come counts as now. */
        public boolean isInForce(Instant now) {
            return since.plus(GUARDED_FOR).isAfter(now);
        }
    }

    /**
     * A backup and the size of its state.
     *
     * @param id its id
     * @param stateBytes the bytes of its sections, unpacked
     */
    public record Before(BackupId id, long stateBytes) {
        /** Whether a state of that many bytes is less than half as large. */
        public boolean isMoreThanTwice(long other) {
            return other < stateBytes - other;
        }
    }

    /** Copies the lists. */
    public BackupHeader {
        ancestors = List.copyOf(ancestors);
        guarded = List.copyOf(guarded);
    }

    /** Of a backup that names all its ancestors and guards nothing. */
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

    /** The epoch and the sequence: its place in the order of backups. */
    public BackupVersion version() {
        return new BackupVersion(epoch, sequence);
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
