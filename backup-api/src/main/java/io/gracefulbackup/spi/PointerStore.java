package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.Optional;

/**
 * Keeps small named values across restarts, such as the CID of the newest backup. A pointer helps to find a backup, and
 * shows which backup must exist. Losing a pointer does not lose the backup.
 *
 * <p>Safe for use by several threads. When the {@link Deadline} of a call expires, the call must end soon with an
 * {@code IOException}.
 */
public interface PointerStore extends AutoCloseable {

    /** The name of the pointer to the newest verified backup; the value is a {@link Latest}. */
    String BACKUP_LATEST = "BACKUP_LATEST";

    /** The name in messages, such as {@code Render}; unique among the stores of an application. */
    String name();

    /** Whether {@link #save} is supported. */
    default boolean isWritable() {
        return true;
    }

    /** Whether saved values are still there after the platform has replaced the instance. */
    boolean outlivesInstance();

    /**
     * Whether values are saved quickly and without a network. Such a store also keeps the receipt of a shutdown ({@code
     * BACKUP_RECEIPT}, one line of JSON).
     */
    default boolean isLocal() {
        return false;
    }

    /**
     * Loads the value of a name; empty if it is certain that there is none.
     *
     * @throws IOException if the value is not known, because the store cannot be reached or refuses the request
     */
    Optional<String> load(String name, Deadline deadline) throws IOException;

    /**
     * Saves the value of a name. When this method returns, the value is saved.
     *
     * @throws IOException if the value is not, or may not be, saved
     */
    void save(String name, String value, Deadline deadline) throws IOException;

    /** Releases connections. Must not wait. */
    @Override
    default void close() {}

    /**
     * The value of {@link #BACKUP_LATEST}: the version and id of the newest backup, written as {@code
     * epoch.sequence.id}.
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

        /** Parses the text; empty if it is not such a pointer. */
        public static Optional<Latest> parse(String text) {
            String[] parts = text.strip().split("\\.", 3);
            if (parts.length < 3 || !BackupId.isValid(parts[2])) {
                return Optional.empty();
            }
            try {
                return Optional.of(
                        new Latest(Long.parseLong(parts[0]), Long.parseLong(parts[1]), new BackupId(parts[2])));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        /** The epoch and the sequence. */
        public BackupVersion version() {
            return new BackupVersion(epoch, sequence);
        }

        /** Whether this pointer is to a newer version than the other one. */
        public boolean isNewerThan(Latest other) {
            return version().isNewerThan(other.version());
        }

        /** The text that {@link #parse} reads. */
        @Override
        public String toString() {
            return epoch + "." + sequence + "." + id;
        }
    }
}
