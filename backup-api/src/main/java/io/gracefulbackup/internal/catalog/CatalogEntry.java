package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.util.Optional;

/**
 * One entry of a sink's catalogue, with the result of reading its header. Whether an entry is damaged is defined here and
 * nowhere else.
 */
public sealed interface CatalogEntry {
    /** The sink that lists it. */
    BackupSink sink();

    /** The entry as the sink lists it. */
    StoredBackup stored();

    /** Its place in the sink. */
    default String location() {
        return stored().location();
    }

    /** What the sink's catalogue says of it; never trusted. */
    default Optional<Hint> hint() {
        return stored().hint();
    }

    /** Whether the catalogue says that this entry is that backup. */
    default boolean isHintedAs(BackupId id) {
        return hint().filter(hint -> hint.id().equals(id)).isPresent();
    }

    /** Its header, if that has been authenticated. */
    default Optional<BackupHeader> headerIfAuthenticated() {
        return Optional.empty();
    }

    /** Its id by the authenticated header, else by the hint. The hint is enough to keep an entry, not to delete one. */
    default Optional<BackupId> idIfKnown() {
        return headerIfAuthenticated().map(BackupHeader::id).or(() -> hint().map(Hint::id));
    }

    /** The header has been authenticated; the payload has not been read. */
    record Authenticated(BackupSink sink, StoredBackup stored, BackupHeader header) implements CatalogEntry {
        @Override
        public Optional<BackupHeader> headerIfAuthenticated() {
            return Optional.of(header);
        }
    }

    /** The header has been read and rejected. */
    record Unreadable(BackupSink sink, StoredBackup stored, UnreadableBackupException why) implements CatalogEntry {
        /** Why it was rejected. */
        public ReadFailure failure() {
            return ReadFailure.of(why);
        }

        /**
         * Whether this is a backup whose bytes have changed. Bytes that are no backup at all count only where the catalogue
         * says that a backup was stored there: any other file is none of ours.
         */
        public boolean isDamaged() {
            return failure() == ReadFailure.NOT_A_BACKUP
                    ? hint().isPresent()
                    : failure().isDamage();
        }

        /** Whether a process with another key or a later version of the library may be able to open it. */
        public boolean mayBeOpenedElsewhere() {
            return failure() == ReadFailure.UNKNOWN_KEY || failure() == ReadFailure.NEWER_FORMAT;
        }
    }

    /**
     * The bytes of the header could not be fetched, so nothing is known about them.
     *
     * @param isPermanent whether another attempt would fail in the same way, until somebody changes something
     */
    record Unavailable(BackupSink sink, StoredBackup stored, String why, boolean isPermanent) implements CatalogEntry {
        /** Bytes that the next attempt may fetch. */
        public Unavailable(BackupSink sink, StoredBackup stored, String why) {
            this(sink, stored, why, false);
        }
    }

    /**
     * The header has not been read.
     *
     * @param isForLackOfTime whether it should have been read, and the time was up; else it did not need to be read, because the
     *     hint says that the entry is older than others
     */
    record Unread(BackupSink sink, StoredBackup stored, boolean isForLackOfTime) implements CatalogEntry {}
}
