package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** The same without these copies; empty if there is no other. */
    public Optional<BackupCopies> without(Set<CatalogEntry.Authenticated> some) {
        List<CatalogEntry.Authenticated> others =
                copies.stream().filter(copy -> !some.contains(copy)).toList();
        return others.isEmpty() ? Optional.empty() : Optional.of(new BackupCopies(header, others));
    }

    /** The names of the sinks that hold it. */
    public List<String> sinkNames() {
        return copies.stream().map(copy -> copy.sink().name()).distinct().toList();
    }
}
