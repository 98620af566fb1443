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
 * @param location where it is, in the terms of the sink (a path, the id of a row, a CID); only this sink interprets it
 * @param hint the entry in the catalogue of the sink, or null if there is none. It is not trusted: decisions depend on
 *     the authenticated header
 * @param lines the lines to log after it was stored; empty in a listing
 * @param pointers the values to keep in the pointer stores, so that the backup is found again; empty in a listing
 * @param isFork whether the lease under which it was made had passed to another instance when it was stored.
 *     Then it is kept next to the backups of that instance; false in a listing
 */
public record StoredBackup(
        String location, @Nullable Hint hint, List<String> lines, List<Pointer> pointers, boolean isFork) {

    /**
     * The entry of a backup in the catalogue of a sink.
     *
     * @param id its id
     * @param epoch its epoch
     * @param sequence its sequence
     * @param size the number of sealed bytes
     * @param createdAt when it was made, by its header
     * @param isProtected whether the operator has {@linkplain BackupSink#protect protected} it
     */
    public record Hint(BackupId id, long epoch, long sequence, long size, Instant createdAt, boolean isProtected) {

        /** The hint of a backup that is not protected. */
        public Hint(BackupId id, long epoch, long sequence, long size, Instant createdAt) {
            this(id, epoch, sequence, size, createdAt, false);
        }

        /** The epoch and the sequence. */
        public BackupVersion version() {
            return new BackupVersion(epoch, sequence);
        }

        /** The same hint, with or without protection. */
        public Hint withProtection(boolean isProtected) {
            return new Hint(id, epoch, sequence, size, createdAt, isProtected);
        }

        /** The correct hint of a backup. */
        public static Hint of(BackupHeader header, long size) {
            return new Hint(header.id(), header.epoch(), header.sequence(), size, header.createdAt());
        }
    }

    /**
     * A value to be kept in all {@linkplain PointerStore pointer stores}, unless they point to a newer backup.
     *
     * @param name its name
     * @param value its value
     * @param savedLine the line to log when at least one store that outlives the instance has saved the value
     */
    public record Pointer(String name, String value, String savedLine) {}

    /** Copies the lists. */
    public StoredBackup {
        lines = List.copyOf(lines);
        pointers = List.copyOf(pointers);
    }

    /** A backup that was stored, not as a fork. */
    public StoredBackup(String location, @Nullable Hint hint, List<String> lines, List<Pointer> pointers) {
        this(location, hint, lines, pointers, false);
    }

    /** A backup that was stored, not as a fork, and needs no pointers to be found again. */
    public StoredBackup(String location, @Nullable Hint hint, List<String> lines) {
        this(location, hint, lines, List.of());
    }

    /** An entry of a listing. */
    public static StoredBackup at(String location, @Nullable Hint hint) {
        return new StoredBackup(location, hint, List.of());
    }

    /** The same backup, stored as a fork. */
    public StoredBackup asFork() {
        return new StoredBackup(location, hint, lines, pointers, true);
    }

    /** The entry in the catalogue of the sink, if there is one. */
    public Optional<Hint> hinted() {
        return Optional.ofNullable(hint);
    }
}
