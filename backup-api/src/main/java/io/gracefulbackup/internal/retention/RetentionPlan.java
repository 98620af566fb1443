package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport.Verdict;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.Ancestry.AncestorSet;
import io.gracefulbackup.internal.catalog.Ancestry.Relation;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of one sink stay and which are deleted. Pure: it decides by what is known of the entries, and names those
 * whose headers must be read before the decision holds. A hint may let an entry stay; only a header that was read lets one
 * be deleted.
 */
public final class RetentionPlan {
    private static final Comparator<CatalogEntry> NEWEST_FIRST = Comparator.comparing(
                    Place::of, Comparator.nullsFirst(Place.OLDEST_FIRST.reversed()))
            .thenComparing(CatalogEntry::location);

    private final Terms terms;
    private final Ancestry ancestry;
    private final AncestorSet ancestors;
    private final Set<BackupId> heads;
    private final Set<BackupId> beforeShrink;
    private final int maxCount;
    private final long maxBytes;
    private final Map<CatalogEntry, Verdict> verdicts = new LinkedHashMap<>();
    private int count = 1;
    private long bytes;

    /**
     * What the decision depends on besides the entries.
     *
     * @param newest the backup that is known to be intact in this sink; it stays and counts
     * @param size its sealed bytes
     * @param change how its content compares with the backups before it
     */
    public record Terms(RetentionPolicy policy, BackupHeader newest, long size, ContentChange change, Instant now) {}

    /** Decides; reads headers with {@code read} until the decision holds. */
    static RetentionPlan of(List<CatalogEntry> listed, Terms terms, UnaryOperator<CatalogEntry> read) {
        List<CatalogEntry> entries = new ArrayList<>(listed);
        RetentionPlan plan = new RetentionPlan(entries, terms);
        for (Set<CatalogEntry> unread = plan.toRead(); !unread.isEmpty(); unread = plan.toRead()) {
            Set<CatalogEntry> now = unread;
            entries.replaceAll(entry -> now.contains(entry) ? read.apply(entry) : entry);
            plan = new RetentionPlan(entries, terms);
        }
        return plan;
    }

    private RetentionPlan(List<CatalogEntry> entries, Terms terms) {
        this.terms = terms;
        this.bytes = terms.size();
        if (terms.policy() instanceof RetentionPolicy.KeepLast keep) {
            maxCount = keep.count();
            maxBytes = keep.maxBytes().orElse(Long.MAX_VALUE);
        } else {
            maxCount = Integer.MAX_VALUE;
            maxBytes = Long.MAX_VALUE;
        }
        BackupHeader newest = terms.newest();
        List<BackupHeader> headers = new ArrayList<>(List.of(newest));
        entries.stream()
                .map(CatalogEntry::headerIfAuthenticated)
                .flatMap(Optional::stream)
                .forEach(headers::add);
        ancestry = new Ancestry(headers);
        ancestors = ancestry.ancestorsOf(newest);
        heads = ancestry.heads().stream().map(BackupHeader::id).collect(Collectors.toSet());
        beforeShrink = newest.guarded().stream()
                .filter(guard -> guard.isInForce(terms.now()))
                .map(Guarded::id)
                .collect(Collectors.toCollection(HashSet::new));
        terms.change().beforeShrink().ifPresent(beforeShrink::add);
        entries.stream().sorted(NEWEST_FIRST).forEach(entry -> verdicts.put(entry, verdict(entry)));
    }

    /** What happens to each entry, newest first. */
    Map<CatalogEntry, Verdict> verdicts() {
        return verdicts;
    }

    /** How many entries the policy counts. */
    int count() {
        return count;
    }

    /** The forks among the entries whose headers were read, as far as the operator should hear of them. */
    List<BackupHeader> forks() {
        List<String> sink = verdicts.keySet().stream()
                .map(entry -> entry.sink().name())
                .distinct()
                .toList();
        return ancestry.forksToReport(terms.newest(), terms.now(), head -> sink);
    }

    /**
     * The entries whose headers must be read before the plan may be carried out; none if it may. An ancestor whose header
     * names older ones comes alone, because it may make reading the others unnecessary.
     */
    private Set<CatalogEntry> toRead() {
        List<CatalogEntry> unread = new ArrayList<>();
        Set<CatalogEntry> wanted = new HashSet<>();
        verdicts.forEach((entry, verdict) -> {
            if (entry instanceof CatalogEntry.Unread) {
                unread.add(entry);
                if (verdict == Verdict.UNRELATED || !verdict.isKept()) {
                    wanted.add(entry);
                }
            }
        });
        boolean someAreOlderThanAllNames = wanted.stream()
                .flatMap(entry -> entry.hint().stream())
                .anyMatch(hint -> !ancestors.contains(hint.id()) && !ancestors.isCompleteAt(hint.sequence()));
        return someAreOlderThanAllNames
                ? oldestUsefulAncestor(unread).map(Set::of).orElse(wanted)
                : wanted;
    }

    /** The oldest entry that is an ancestor by its hint, if its header would name older ones than the headers at hand. */
    private Optional<CatalogEntry> oldestUsefulAncestor(List<CatalogEntry> unread) {
        return unread.stream()
                .filter(entry -> entry.hint()
                        .filter(hint ->
                                ancestors.contains(hint.id()) && hint.sequence() < ancestors.oldestKnownSequence())
                        .isPresent())
                .reduce((newer, older) -> older);
    }

    private Verdict verdict(CatalogEntry entry) {
        Optional<Hint> hint = entry.hint();
        if (entry instanceof CatalogEntry.Authenticated authenticated) {
            return authenticated(authenticated.header(), hint);
        }
        if (entry instanceof CatalogEntry.Unread) {
            return hint.map(this::unread).orElse(Verdict.UNRELATED);
        }
        if (entry instanceof CatalogEntry.Unreadable unreadable && unreadable.isDamaged()) {
            return hint.map(this::damaged).orElse(Verdict.DAMAGED);
        }
        return Verdict.UNREADABLE;
    }

    private Verdict authenticated(BackupHeader header, Optional<Hint> hint) {
        BackupId id = header.id();
        if (id.equals(terms.newest().id()) || header.isNewerThan(terms.newest())) {
            return Verdict.NEWEST;
        }
        return protectedFromPolicy(id, hint).orElseGet(() -> {
            Relation relation = ancestors.relation(header);
            if (Ancestry.isRecent(header, terms.now())) {
                if (relation == Relation.UNKNOWN) {
                    return Verdict.UNRELATED;
                }
                if (relation == Relation.NOT_ANCESTOR && heads.contains(id)) {
                    return Verdict.FORK;
                }
            }
            boolean mayFold = !header.reason().equals(Lineage.REASON_BY_NAME);
            return countedByPolicy(id, hint.map(Hint::size).orElse(0L), mayFold);
        });
    }

    private Verdict unread(Hint hint) {
        if (hint.id().equals(terms.newest().id())) {
            return Verdict.NEWEST;
        }
        return protectedFromPolicy(hint.id(), Optional.of(hint))
                .orElseGet(() -> ancestors.contains(hint.id())
                        ? countedByPolicy(hint.id(), hint.size(), true)
                        : Verdict.UNRELATED);
    }

    /**
     * The hint is all that is known of a damaged entry, so it is deleted only if it would be deleted whatever it is. An
     * ancestor counts as it does unread: the next run may not read it, and would then delete the entry that was kept in its
     * stead.
     */
    private Verdict damaged(Hint hint) {
        return protectedFromPolicy(hint.id(), Optional.of(hint)).orElseGet(() -> {
            BackupHeader newest = terms.newest();
            boolean isOlderInBoth = hint.epoch() <= newest.epoch() && hint.sequence() < newest.sequence();
            boolean isSurplus = ancestors.contains(hint.id())
                    ? !countedByPolicy(hint.id(), hint.size(), true).isKept()
                    : count >= maxCount
                            && !hint.createdAt().plus(BackupHeader.GUARDED_FOR).isAfter(terms.now());
            return isOlderInBoth && isSurplus ? Verdict.DAMAGED_SURPLUS : Verdict.DAMAGED;
        });
    }

    /** The verdict on an entry that stays whatever the policy says, and is not counted. */
    private Optional<Verdict> protectedFromPolicy(BackupId id, Optional<Hint> hint) {
        if (hint.filter(Hint::isProtected).isPresent()) {
            return Optional.of(Verdict.PROTECTED);
        }
        return beforeShrink.contains(id) ? Optional.of(Verdict.BEFORE_SHRINK) : Optional.empty();
    }

    /**
     * The verdict of the policy. An equal parent gives way first, so that restarts do not push out older states.
     *
     * @param mayFold whether the entry gives way to a successor with the same content; true also while that is not known,
     *     because its header is read before it is deleted
     */
    private Verdict countedByPolicy(BackupId id, long size, boolean mayFold) {
        if (mayFold
                && terms.policy() instanceof RetentionPolicy.KeepLast
                && terms.change().equalParent().filter(id::equals).isPresent()) {
            return Verdict.SAME_AS_NEXT;
        }
        if (count >= maxCount) {
            return Verdict.SURPLUS;
        }
        if (size > maxBytes - bytes) {
            return Verdict.OVER_BYTES;
        }
        count++;
        bytes += size;
        return Verdict.WITHIN_POLICY;
    }

    /** The place of an entry in the order, by its header, else by its hint. */
    private record Place(BackupVersion version, Instant createdAt, String id) {
        static final Comparator<Place> OLDEST_FIRST = Comparator.comparing(Place::version)
                .thenComparing(Place::createdAt)
                .thenComparing(Place::id);

        static @Nullable Place of(CatalogEntry entry) {
            return entry.headerIfAuthenticated()
                    .map(header -> new Place(
                            header.version(), header.createdAt(), header.id().value()))
                    .or(() -> entry.hint()
                            .map(hint -> new Place(
                                    hint.version(), hint.createdAt(), hint.id().value())))
                    .orElse(null);
        }
    }
}
