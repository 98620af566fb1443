package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.ReadFailure;
import io.gracefulbackup.internal.config.StartChoice;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The listed entries that may be newer than every backup that can be used, by their hint or for lack of one, and that nobody has
 * opened: neither could their bytes be read, nor are they known to be damaged or of somebody else.
 */
final class UnopenedEntries {
    private final List<CatalogEntry> candidates;
    /** The ids and locations that choices go past. */
    private final Set<String> named = new HashSet<>();
    /** What the choice that is set goes past, unless it was followed already. */
    private final Collection<String> chosen;

    private final List<Choice> honoured;
    private final Optional<BackupVersion> newestAccepted;

    /**
     * Of an inventory.
     *
     * @param newest the newest backup that can be used, or null
     * @param choice the choice that is set and has not been followed yet. What an earlier choice went past is accepted too, if the
     *     newest backup has honoured it
     */
    UnopenedEntries(Inventory inventory, @Nullable BackupHeader newest, Optional<StartChoice> choice) {
        chosen = choice.map(StartChoice::despite).orElse(List.of());
        honoured = inventory.honouredChoices();
        named.addAll(chosen);
        honoured.forEach(earlier -> named.addAll(StartChoice.despiteIn(earlier.text())));
        candidates = inventory
                .entries()
                .filter(entry -> newest == null || mayBeNewer(entry, newest))
                .toList();
        newestAccepted = candidates.stream()
                .filter(this::isNamed)
                .flatMap(entry -> version(entry).stream())
                .max(Comparator.naturalOrder());
    }

    /** A backup with the same version is newer if it was made later, which its hint cannot prove. */
    private static boolean mayBeNewer(CatalogEntry entry, BackupHeader backup) {
        return entry.headerIfAuthenticated().isEmpty()
                && !entry.isHintedAs(backup.id())
                && !isHintedOlder(entry, backup.version());
    }

    private static boolean isHintedOlder(CatalogEntry entry, BackupVersion than) {
        return version(entry).filter(than::isNewerThan).isPresent();
    }

    private static Optional<BackupVersion> version(CatalogEntry entry) {
        return entry.hint().map(Hint::version);
    }

    /** Those that the operator has not accepted, the newest first, as far as they are hinted. */
    List<CatalogEntry> open() {
        return unopened(entry -> !isAccepted(entry));
    }

    /** Those that the operator has accepted. */
    List<CatalogEntry> accepted() {
        return unopened(this::isAccepted);
    }

    private List<CatalogEntry> unopened(Predicate<CatalogEntry> which) {
        return candidates.stream()
                .filter(UnopenedEntries::isUnopened)
                .filter(which)
                .sorted(Comparator.comparing(
                        entry -> version(entry).orElse(null),
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
                || version(entry)
                        .filter(hinted -> newestAccepted
                                .filter(upTo -> !hinted.isNewerThan(upTo))
                                .isPresent())
                        .isPresent();
    }

    /**
     * Whether a choice goes past that entry itself. An earlier choice that names none went past what there was then, so not past an
     * entry that is hinted as newer than the first backup upon it.
     */
    private boolean isNamed(CatalogEntry entry) {
        return named.contains(entry.location())
                || entry.hint()
                        .filter(hint -> named.contains(hint.id().value()))
                        .isPresent()
                || isOneOfAll(entry, chosen)
                || honoured.stream()
                        .filter(earlier -> version(entry)
                                .filter(hinted -> hinted.isNewerThan(earlier.since()))
                                .isEmpty())
                        .anyMatch(earlier -> isOneOfAll(entry, StartChoice.despiteIn(earlier.text())));
    }

    private static boolean isOneOfAll(CatalogEntry entry, Collection<String> despite) {
        return despite.contains(StartChoice.ALL)
                || (entry instanceof CatalogEntry.Unread && despite.contains(StartChoice.UNREAD));
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
