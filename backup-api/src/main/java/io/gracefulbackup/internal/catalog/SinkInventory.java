package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import java.util.List;

/**
 * What one sink answered at start.
 *
 * @param sink its name
 * @param durable whether it outlives the instance, so that its emptiness proves something
 * @param kind what kind of answer it is
 * @param why the reason where it gave no list
 * @param entries what it holds, as far as that has been looked at
 */
public record SinkInventory(String sink, boolean durable, Kind kind, String why, List<CatalogEntry> entries) {

    public enum Kind {
        LISTED,
        NOT_LISTABLE,
        UNREACHABLE
    }

    public SinkInventory {
        entries = List.copyOf(entries);
    }

    public static SinkInventory listed(BackupSink sink, List<CatalogEntry> copies) {
        return new SinkInventory(sink.name(), sink.outlivesInstance(), Kind.LISTED, "", copies);
    }

    public static SinkInventory notListable(BackupSink sink, String why) {
        return new SinkInventory(sink.name(), sink.outlivesInstance(), Kind.NOT_LISTABLE, why, List.of());
    }

    public static SinkInventory unreachable(String sink, String why) {
        return new SinkInventory(sink, true, Kind.UNREACHABLE, why, List.of());
    }

    public boolean isUnreachable() {
        return kind == Kind.UNREACHABLE;
    }

    /** One entry of a sink's catalogue. */
    public sealed interface CatalogEntry {
        BackupSink sink();

        StoredBackup stored();

        /** Its header has been authenticated. */
        record Authenticated(BackupSink sink, StoredBackup stored, BackupHeader header) implements CatalogEntry {}

        /** Its header does not authenticate, or cannot be read by this process. */
        record Unreadable(BackupSink sink, StoredBackup stored, UnreadableBackupException why) implements CatalogEntry {}

        /** Its bytes could not be had. */
        record Unavailable(BackupSink sink, StoredBackup stored, String why) implements CatalogEntry {}

        /** Older than others by its hint; not looked at. */
        record Unread(BackupSink sink, StoredBackup stored) implements CatalogEntry {}
    }
}
