package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One backup that a sink holds. Immutable. Two are equal if all their values are. Later versions of the library may add
 * values.
 */
public final class StoredBackup {
    private final Values values;

    private StoredBackup(Values values) {
        this.values = values;
    }

    /** All values, for equality. */
    private record Values(
            String location, @Nullable Hint hint, List<String> lines, List<Pointer> pointers, boolean isFork) {}

    /**
     * A backup that was stored.
     *
     * @param location see {@link #location()}
     * @param hint see {@link #hint()}
     * @param lines see {@link #lines()}
     */
    public static StoredBackup stored(String location, @Nullable Hint hint, List<String> lines) {
        return new StoredBackup(new Values(location, hint, List.copyOf(lines), List.of(), false));
    }

    /** An entry of a listing; see {@link #location()} and {@link #hint()}. */
    public static StoredBackup at(String location, @Nullable Hint hint) {
        return stored(location, hint, List.of());
    }

    /** The same backup with {@link #pointers()}. */
    public StoredBackup withPointers(List<Pointer> pointers) {
        return new StoredBackup(
                new Values(values.location, values.hint, values.lines, List.copyOf(pointers), values.isFork));
    }

    /** The same backup, stored {@linkplain #isFork() as a fork}. */
    public StoredBackup asFork() {
        return new StoredBackup(new Values(values.location, values.hint, values.lines, values.pointers, true));
    }

    /** Where it is, in the terms of the sink (a path, the id of a row, a CID); only this sink interprets it. */
    public String location() {
        return values.location;
    }

    /**
     * The entry in the catalogue of the sink, if there is one. It is not trusted: decisions depend on the authenticated
     * header.
     */
    public Optional<Hint> hint() {
        return Optional.ofNullable(values.hint);
    }

    /** The lines to log after it was stored; empty in a listing. */
    public List<String> lines() {
        return values.lines;
    }

    /** The values to keep in the pointer stores, so that the backup is found again; empty in a listing. */
    public List<Pointer> pointers() {
        return values.pointers;
    }

    /**
     * Whether the lease under which it was made had passed to another instance when it was stored. Then it is kept next
     * to the backups of that instance; false in a listing.
     */
    public boolean isFork() {
        return values.isFork;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredBackup stored && values.equals(stored.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** All values, for logs and messages of tests. */
    @Override
    public String toString() {
        return "StoredBackup" + values.toString().substring("Values".length());
    }

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
}
