package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One backup that a sink holds.
 *
 * @param location where it is, in the sink's own words (a path, a row's id, a CID); means something to that sink only
 * @param hint what the sink's catalogue says of it, or null if it says nothing. Never trusted: decisions rest on the
 *     authenticated header
 * @param lines what the operator reads after it was stored, in order; empty in a listing
 * @param pointers what should be kept in the pointer stores so that it is found again; empty in a listing
 * @param isFork whether its {@linkplain SealedBackup#fence lease} had passed on when it was stored: it is kept, beside the
 *     line of backups that goes on; false in a listing
 */
public record StoredBackup(
        String location, @Nullable Hint hint, List<String> lines, List<Pointer> pointers, boolean isFork) {

    /**
     * What a catalogue says of a backup.
     *
     * @param id its id
     * @param epoch its epoch
     * @param sequence its sequence
     * @param size the number of sealed bytes
     * @param createdAt when it was made
     * @param isProtected whether the operator wants it to stay whatever the policy says
     */
    public record Hint(BackupId id, long epoch, long sequence, long size, Instant createdAt, boolean isProtected) {

        /** Of a backup that is not protected. */
        public Hint(BackupId id, long epoch, long sequence, long size, Instant createdAt) {
            this(id, epoch, sequence, size, createdAt, false);
        }

        /** The epoch and the sequence: the place in the order of backups, by the catalogue. */
        public BackupVersion version() {
            return new BackupVersion(epoch, sequence);
        }

        /** The same, but protected or not. */
        public Hint withProtection(boolean isProtected) {
            return new Hint(id, epoch, sequence, size, createdAt, isProtected);
        }

        /** The hint that a truthful catalogue gives for a backup. */
        public static Hint of(BackupHeader header, long size) {
            return new Hint(header.id(), header.epoch(), header.sequence(), size, header.createdAt());
        }
    }

    /**
     * A value to be kept in all {@linkplain PointerStore pointer stores}, unless they point to a newer backup.
     *
     * @param name its name
     * @param value its value
     * @param savedLine what the operator reads when at least one store that outlives the instance has it
     */
    public record Pointer(String name, String value, String savedLine) {}

    /** Copies the lists. */
    public StoredBackup {
        lines = List.copyOf(lines);
        pointers = List.copyOf(pointers);
    }

    /** A backup that has been stored as the next one. */
    public StoredBackup(String location, @Nullable Hint hint, List<String> lines, List<Pointer> pointers) {
        this(location, hint, lines, pointers, false);
    }

    /** A backup that has been stored as the next one and is found again by listing. */
    public StoredBackup(String location, @Nullable Hint hint, List<String> lines) {
        this(location, hint, lines, List.of());
    }

    /** An entry of a listing. */
    public static StoredBackup at(String location, @Nullable Hint hint) {
        return new StoredBackup(location, hint, List.of());
    }

    /** The same, stored beside the line of backups that goes on. */
    public StoredBackup asFork() {
        return new StoredBackup(location, hint, lines, pointers, true);
    }

    /** What the catalogue says, if it says anything. */
    public Optional<Hint> hinted() {
        return Optional.ofNullable(hint);
    }
}
