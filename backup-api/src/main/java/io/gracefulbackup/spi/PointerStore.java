package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

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

    /**
     * The names of other applications whose values are here as well, if this store keeps the values of each application apart. A
     * store that does not is shared by taking turns: the library writes to it only if {@link #BACKUP_LATEST} there is absent or its
     * application's own.
     *
     * @throws IOException if that is not known
     */
    default Set<String> otherApplications(Deadline deadline) throws IOException {
        return Set.of();
    }

    /** Releases connections. Must not wait. */
    @Override
    default void close() {}

    /**
     * The value of {@link #BACKUP_LATEST}: the version, the id and the application of the newest backup, written as {@code
     * epoch.sequence.id.application}.
     *
     * @param epoch the epoch of the newest backup
     * @param sequence its sequence
     * @param id its id
     * @param application the application that it belongs to; empty in a value that a version before 1.0 wrote
     */
    record Latest(long epoch, long sequence, BackupId id, String application) {
        private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
        private static final Pattern APPLICATION = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

        /** A pointer that does not say which application the backup belongs to. */
        public Latest(long epoch, long sequence, BackupId id) {
            this(epoch, sequence, id, "");
        }

        /** The pointer to a backup. */
        public static Latest of(BackupHeader header) {
            return new Latest(header.epoch(), header.sequence(), header.id(), header.application());
        }

        /** Parses the text; empty if it is not such a pointer, for instance because no backup can have that number. */
        public static Optional<Latest> parse(String text) {
            String[] parts = text.strip().split("\\.", 4);
            if (parts.length < 3
                    || !NUMBER.matcher(parts[0]).matches()
                    || !NUMBER.matcher(parts[1]).matches()
                    || !BackupId.isValid(parts[2])
                    || (parts.length == 4 && !APPLICATION.matcher(parts[3]).matches())) {
                return Optional.empty();
            }
            long epoch = Long.parseLong(parts[0]);
            long sequence = Long.parseLong(parts[1]);
            return epoch >= BackupVersion.HIGHEST || sequence >= BackupVersion.HIGHEST
                    ? Optional.empty()
                    : Optional.of(new Latest(
                            epoch, sequence, new BackupId(parts[2]), parts.length == 4 ? parts[3] : ""));
        }

        /** The epoch and the sequence. */
        public BackupVersion version() {
            return new BackupVersion(epoch, sequence);
        }

        /** Whether this pointer is to a newer version than the other one. */
        public boolean isNewerThan(Latest other) {
            return version().isNewerThan(other.version());
        }

        /** Whether the backup belongs to this application, as far as the pointer says. */
        public boolean belongsTo(String name) {
            return application.isEmpty() || application.equals(name);
        }

        /** The text that {@link #parse} reads. */
        @Override
        public String toString() {
            return epoch + "." + sequence + "." + id + (application.isEmpty() ? "" : "." + application);
        }
    }
}
