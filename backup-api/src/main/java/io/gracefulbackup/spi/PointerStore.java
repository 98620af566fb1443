package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.Optional;

/**
 * Keeps small named values across restarts, such as the CID of the newest backup. A pointer helps to find a backup and
 * tells which one must be there; losing it loses no backup.
 *
 * <p>Safe for use by several threads. Deadlines are kept as by a {@link BackupSink}.
 */
public interface PointerStore extends AutoCloseable {

    /** The name of the newest verified backup: its value is {@link Latest}. */
    String BACKUP_LATEST = "BACKUP_LATEST";

    /** The name in messages, such as {@code Render}; unique among the stores of an application. */
    String name();

    /** Whether {@link #save} can work at all. */
    default boolean isWritable() {
        return true;
    }

    /** Whether what is saved here is still there when the platform replaces the instance. */
    boolean outlivesInstance();

    /**
     * Whether a value is saved without a network, in no time: then the receipt of a shutdown ({@code BACKUP_RECEIPT},
     * one line of JSON) is kept here as well.
     */
    default boolean isLocal() {
        return false;
    }

    /**
     * The value of that name; empty if there is none, and that is certain.
     *
     * @throws IOException if the store cannot be reached, or refuses
     */
    Optional<String> load(String name, Deadline deadline) throws IOException;

    /**
     * Sets the value of that name; returning means that it is kept.
     *
     * @throws IOException if it is not, or may not be
     */
    void save(String name, String value, Deadline deadline) throws IOException;

    /** Releases connections. Must not wait. */
    @Override
    default void close() {}

    /**
     * What {@link #BACKUP_LATEST} says: {@code epoch.sequence.id}.
     *
     * @param epoch the epoch of the newest backup
     * @param sequence its sequence
     * @param id its id
     */
    record Latest(long epoch, long sequence, BackupId id) {

        /** The pointer to a backup. */
        public static Latest of(BackupHeader header) {
            return new Latest(header.epoch(), header.sequence(), header.id());
        }

        /** Reads the text; empty if it is none. */
        public static Optional<Latest> parse(String text) {
            String[] parts = text.strip().split("\\.", 3);
            if (parts.length < 3 || !BackupId.isValid(parts[2])) {
                return Optional.empty();
            }
            try {
                return Optional.of(
                        new Latest(Long.parseLong(parts[0]), Long.parseLong(parts[1]), new BackupId(parts[2])));
            } catch (NumberFormatException notOne) {
                return Optional.empty();
            }
        }

        /** The epoch and the sequence: the place in the order of backups. */
        public BackupVersion version() {
            return new BackupVersion(epoch, sequence);
        }

        /** Whether this one lies above the other in the order of backups. */
        public boolean isNewerThan(Latest other) {
            return version().isNewerThan(other.version());
        }

        /** The text. */
        @Override
        public String toString() {
            return epoch + "." + sequence + "." + id;
        }
    }
}
