package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.ReadFailure;
import io.gracefulbackup.internal.config.StartChoice;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The listed entries that may be newer than every backup that can be used, by their hint or for lack of one, and that nobody has
 * opened: neither could their bytes be read, nor are they known to be damaged or of somebody else.
 */
final class UnopenedEntries {
    private final List<CatalogEntry> candidates;
    private final List<Hint> acceptedHints;
    private final Set<String> accepted;

    /**
     * Of an inventory.
     *
     * @param newest the newest backup that can be used, or null
     * @param accepted what the operator goes past: ids, locations, {@link StartChoice#UNREAD}
     */
    UnopenedEntries(Inventory inventory, @Nullable BackupHeader newest, Set<String> accepted) {
        this.accepted = accepted;
        this.candidates = inventory
                .entries()
                .filter(entry -> newest == null || mayBeNewer(entry, newest))
                .toList();
        this.acceptedHints = candidates.stream()
                .filter(this::isNamed)
                .flatMap(entry -> entry.hint().stream())
                .toList();
    }

    private static boolean mayBeNewer(CatalogEntry entry, BackupHeader backup) {
        return entry.headerIfAuthenticated().isEmpty()
                && entry.hint()
                        .map(hint ->
                                !hint.id().equals(backup.id()) && hint.version().isNewerThan(backup.version()))
                        .orElse(true);
    }

    /** Those that the operator has not accepted, the newest first, as far as they are hinted. */
    List<CatalogEntry> open() {
        return candidates.stream()
                .filter(UnopenedEntries::isUnopened)
                .filter(entry -> !isAccepted(entry))
                .sorted(Comparator.comparing(
                        entry -> entry.hint().map(Hint::version).orElse(null),
                        Comparator.nullsLast(Comparator.<BackupVersion>reverseOrder())))
                .toList();
    }

    /** The damaged ones among the entries that may be newer. */
    Stream<CatalogEntry.Unreadable> damaged() {
        return unreadable().filter(CatalogEntry.Unreadable::isDamaged);
    }

    /** Those that are authentic backups of another application. */
    Stream<CatalogEntry.Unreadable> ofOthers() {
        return unreadable().filter(entry -> entry.failure() == ReadFailure.OTHER_APPLICATION);
    }

    private Stream<CatalogEntry.Unreadable> unreadable() {
        return candidates.stream()
                .filter(CatalogEntry.Unreadable.class::isInstance)
                .map(CatalogEntry.Unreadable.class::cast);
    }

    /** Whether nobody knows what it is: another attempt, key or version of the library may open it. */
    static boolean isUnopened(CatalogEntry entry) {
        return entry instanceof CatalogEntry.Unreadable unreadable
                ? unreadable.mayBeOpenedElsewhere()
                : entry.headerIfAuthenticated().isEmpty();
    }

    /** Who goes past an entry goes past those that are hinted as older, too. */
    private boolean isAccepted(CatalogEntry entry) {
        return isNamed(entry)
                || entry.hint()
                        .filter(hint -> acceptedHints.stream()
                                .anyMatch(named -> !hint.version().isNewerThan(named.version())))
                        .isPresent();
    }

    private boolean isNamed(CatalogEntry entry) {
        return accepted.contains(name(entry))
                || accepted.contains(entry.location())
                || (entry instanceof CatalogEntry.Unread && accepted.contains(StartChoice.UNREAD));
    }

    /** What an operator chooses who goes past everything that is listed. */
    static StartChoice startingWithoutAny(Inventory inventory) {
        return StartChoice.ofNone().despite(names(new UnopenedEntries(inventory, null, Set.of()).open()));
    }

    /** How a choice names these entries: each that others do not imply. */
    static List<String> names(List<CatalogEntry> open) {
        Optional<CatalogEntry> newestHinted = open.stream()
                .filter(entry -> entry.hint().isPresent() && !(entry instanceof CatalogEntry.Unread))
                .findFirst();
        return Stream.concat(
                        newestHinted.stream(),
                        open.stream().filter(entry -> entry.hint().isEmpty() || entry instanceof CatalogEntry.Unread))
                .map(UnopenedEntries::name)
                .distinct()
                .toList();
    }

    private static String name(CatalogEntry entry) {
        return entry instanceof CatalogEntry.Unread
                ? StartChoice.UNREAD
                : entry.hint().map(hint -> hint.id().value()).orElseGet(entry::location);
    }
}
