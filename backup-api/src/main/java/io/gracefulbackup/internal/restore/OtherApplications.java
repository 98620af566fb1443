package io.gracefulbackup.internal.restore;

import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.pointers.LatestPointer;
import java.util.Optional;
import java.util.stream.Stream;

/** Backups of other applications that open with the keys of this one, where this one has none. */
final class OtherApplications {
    private OtherApplications() {}

    /**
     * Another application and where it has a backup.
     *
     * @param application its name
     * @param place the sink and the location, or the pointers
     */
    record Found(String application, String place) {}

    /** The first one. */
    static Optional<Found> found(Inventory inventory, UnopenedEntries unopened, LatestPointer pointer) {
        Stream<CatalogEntry> listed = inventory.sinks().stream().flatMap(sink -> sink.others().stream());
        return Stream.concat(unopened.ofOthers(), listed)
                .flatMap(entry -> found(entry).stream())
                .findFirst()
                .or(() -> pointer.otherApplications().stream()
                        .sorted()
                        .findFirst()
                        .map(application -> new Found(application, "the pointers")));
    }

    private static Optional<Found> found(CatalogEntry entry) {
        return entry instanceof CatalogEntry.Unreadable unreadable
                        && unreadable.why() instanceof UnreadableBackupException.OtherApplication other
                ? other.header()
                        .map(header ->
                                new Found(header.application(), entry.sink().name() + " (" + entry.location() + ")"))
                : Optional.empty();
    }
}
