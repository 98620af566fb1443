package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.BackupSink;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one sink answered when it was asked for its backups.
 *
 * @param sink the name of the sink
 * @param place where it keeps backups, for messages
 * @param durable whether the sink outlives the instance, so that an empty list proves something
 * @param kind what kind of answer it is
 * @param why the reason if there is no list, else empty
 * @param isPermanent whether asking again would bring the same answer, until somebody changes something
 * @param entries what it lists; empty if there is no list
 * @param others backups of other applications in the same place, with the result of reading their headers; only if it lists nothing
 */
public record SinkInventory(
        String sink,
        String place,
        boolean durable,
        Kind kind,
        String why,
        boolean isPermanent,
        List<CatalogEntry> entries,
        List<CatalogEntry> others) {

    /** What kind of answer a sink gave. */
    public enum Kind {
        /** A list of everything that it holds. */
        LISTED,
        /** It can store but not list. */
        NOT_LISTABLE,
        /** It did not answer, or failed. */
        UNREACHABLE
    }

    public SinkInventory {
        entries = List.copyOf(entries);
        others = List.copyOf(others);
    }

    public static SinkInventory listed(BackupSink sink, List<CatalogEntry> entries) {
        return new SinkInventory(
                sink.name(), sink.place(), sink.outlivesInstance(), Kind.LISTED, "", false, entries, List.of());
    }

    public static SinkInventory notListable(BackupSink sink, String why) {
        return new SinkInventory(
                sink.name(),
                sink.place(),
                sink.outlivesInstance(),
                Kind.NOT_LISTABLE,
                why,
                false,
                List.of(),
                List.of());
    }

    public static SinkInventory unreachable(String sink, String why) {
        return new SinkInventory(sink, sink, true, Kind.UNREACHABLE, why, false, List.of(), List.of());
    }

    /** One that refuses to be asked, and will refuse again until somebody changes something. */
    public static SinkInventory refusing(String sink, String why) {
        return new SinkInventory(sink, sink, true, Kind.UNREACHABLE, why, true, List.of(), List.of());
    }

    /** The same answer, after more headers have been read. */
    SinkInventory with(List<CatalogEntry> readEntries) {
        return new SinkInventory(sink, place, durable, kind, why, isPermanent, readEntries, others);
    }

    /** The same answer, with backups of other applications. */
    SinkInventory withOthers(List<CatalogEntry> readOthers) {
        return new SinkInventory(sink, place, durable, kind, why, isPermanent, entries, readOthers);
    }

    public boolean isListed() {
        return kind == Kind.LISTED;
    }

    public boolean isUnreachable() {
        return kind == Kind.UNREACHABLE;
    }

    /** The entries whose header has been authenticated. */
    public Stream<CatalogEntry.Authenticated> authenticated() {
        return entries.stream()
                .filter(CatalogEntry.Authenticated.class::isInstance)
                .map(CatalogEntry.Authenticated.class::cast);
    }

    /** The newest of the authenticated entries. */
    public Optional<CatalogEntry.Authenticated> newest() {
        return authenticated().max(Comparator.comparing(CatalogEntry.Authenticated::header, BackupHeader.OLDEST_FIRST));
    }

    /** The authenticated entries of one backup. */
    public List<CatalogEntry.Authenticated> copiesOf(BackupId id) {
        return authenticated().filter(copy -> copy.header().id().equals(id)).toList();
    }

    /** Whether an entry is that backup, by its header or its hint. */
    public boolean shows(BackupId id) {
        return entries.stream()
                .anyMatch(entry -> entry.idIfKnown().filter(id::equals).isPresent());
    }
}
