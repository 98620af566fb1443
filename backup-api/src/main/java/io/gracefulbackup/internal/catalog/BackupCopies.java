package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import java.util.List;

/**
 * One backup and where it is stored.
 *
 * @param header its authenticated header
 * @param copies its copies in the order of the sinks; at least one
 */
public record BackupCopies(BackupHeader header, List<CatalogEntry.Authenticated> copies) {
    public BackupCopies {
        copies = List.copyOf(copies);
    }

    /** The names of the sinks that hold it. */
    public List<String> sinkNames() {
        return copies.stream().map(copy -> copy.sink().name()).distinct().toList();
    }
}
