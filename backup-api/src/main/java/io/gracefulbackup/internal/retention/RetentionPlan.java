package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport.Verdict;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.Ancestry.AncestorSet;
import io.gracefulbackup.internal.catalog.Ancestry.Relation;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
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
 * What stays in one sink and what goes. Pure: decided from what has been read of its entries, and saying which others
 * must be read before that can be believed. A hint may let an entry stay; only a header that was read lets one go.
 */
public final class RetentionPlan {
    private static final Comparator<CatalogEntry> NEWEST_FIRST = Comparator.comparing(
                    RetentionPlan::place, Comparator.nullsFirst(Place.OLDEST_FIRST.reversed()))
            .thenComparing(copy -> copy.entry().location());

    private final Terms terms;
    private final Ancestry family;
    private final AncestorSet line;
    private final Set<BackupId> heads;
    private final Set<BackupId> guarded;
    private final int most;
    private final long mostBytes;
    private final Map<CatalogEntry, Verdict> verdicts = new LinkedHashMap<>();
    private int count = 1;
    private long bytes;

    /**
     * What is decided upon besides the entries.
     *
     * @param newest the backup that is known to be intact in this sink; it stays and counts
     * @param size its sealed bytes
     * @param standing what it means for others
     */
    public record Terms(RetentionPolicy policy, BackupHeader newest, long size, ContentChange standing, Instant now) {}

    /** Decides, reading headers until that may be believed. */
    static RetentionPlan of(List<CatalogEntry> entries, Terms terms, UnaryOperator<CatalogEntry> open) {
        List<CatalogEntry> copies = new ArrayList<>(entries);
        RetentionPlan plan = new RetentionPlan(copies, terms);
        for (Set<CatalogEntry> unread = plan.toOpen(); !unread.isEmpty(); unread = plan.toOpen()) {
            Set<CatalogEntry> now = unread;
            copies.replaceAll(copy -> now.contains(copy) ? open.apply(copy) : copy);
            plan = new RetentionPlan(copies, terms);
        }
        return plan;
    }

    private RetentionPlan(List<CatalogEntry> copies, Terms terms) {
        this.terms = terms;
        this.bytes = terms.size();
        if (terms.policy() instanceof RetentionPolicy.KeepLast keep) {
            most = keep.count();
            mostBytes = keep.maxBytes().orElse(Long.MAX_VALUE);
        } else {
            most = Integer.MAX_VALUE;
            mostBytes = Long.MAX_VALUE;
        }
        BackupHeader newest = terms.newest();
        List<BackupHeader> known = new ArrayList<>(List.of(newest));
        copies.stream().map(RetentionPlan::header).flatMap(Optional::stream).forEach(known::add);
        family = new Ancestry(known);
        line = family.line(newest);
        heads = family.heads().stream().map(BackupHeader::id).collect(Collectors.toSet());
        guarded = newest.guarded().stream()
                .filter(guard -> guard.isInForce(terms.now()))
                .map(Guarded::id)
                .collect(Collectors.toCollection(HashSet::new));
        terms.standing().beforeShrink().ifPresent(guarded::add);
        copies.stream().sorted(NEWEST_FIRST).forEach(copy -> verdicts.put(copy, verdict(copy)));
    }

    /** What becomes of each entry, newest first. */
    Map<CatalogEntry, Verdict> verdicts() {
        return verdicts;
    }

    /** How many entries the policy counts. */
    int count() {
        return count;
    }

    /** The forks among what was read that the operator should hear of. */
    List<BackupHeader> forks() {
        return family.forksToTell(terms.newest(), terms.now());
    }

    /**
     * Which entries must be read before the plan may be carried out; none if it may. An ancestor that names older ones
     * comes alone, for it may make others superfluous.
     */
    private Set<CatalogEntry> toOpen() {
        List<CatalogEntry> unopened = new ArrayList<>();
        Set<CatalogEntry> wanted = new HashSet<>();
        verdicts.forEach((copy, verdict) -> {
            if (copy instanceof CatalogEntry.Unread) {
                unopened.add(copy);
                if (verdict == Verdict.UNRELATED || !verdict.isKept()) {
                    wanted.add(copy);
                }
            }
        });
        boolean outOfReach = wanted.stream()
                .flatMap(copy -> copy.entry().hinted().stream())
                .anyMatch(hint -> !line.names(hint.id()) && !line.namesAllAt(hint.sequence()));
        return outOfReach ? olderLink(unopened).map(Set::of).orElse(wanted) : wanted;
    }

    /**
     * The oldest entry that is an ancestor by its hint, if its header would name older ones than those that were read.
     */
    private Optional<CatalogEntry> olderLink(List<CatalogEntry> unopened) {
        return unopened.stream()
                .filter(copy -> copy.entry()
                        .hinted()
                        .filter(hint -> line.names(hint.id()) && hint.sequence() < line.oldestLink())
                        .isPresent())
                .reduce((newer, older) -> older);
    }

    private Verdict verdict(CatalogEntry copy) {
        Optional<Hint> hint = copy.entry().hinted();
        if (copy instanceof CatalogEntry.Authenticated known) {
            return verdict(known.header(), hint);
        }
        if (copy instanceof CatalogEntry.Unread) {
            return hint.map(this::unopened).orElse(Verdict.UNRELATED);
        }
        if (copy instanceof CatalogEntry.Unreadable unreadable && isDamage(unreadable)) {
            return hint.map(this::damaged).orElse(Verdict.DAMAGED);
        }
        return Verdict.UNREADABLE;
    }

    private Verdict verdict(BackupHeader header, Optional<Hint> hint) {
        BackupId id = header.id();
        if (id.equals(terms.newest().id()) || header.isNewerThan(terms.newest())) {
            return Verdict.NEWEST;
        }
        return untouchable(id, hint).orElseGet(() -> {
            Relation relation = line.relation(header);
            if (Ancestry.isYoung(header, terms.now())) {
                if (relation == Relation.UNKNOWN) {
                    return Verdict.UNRELATED;
                }
                if (relation == Relation.NOT_ANCESTOR && heads.contains(id)) {
                    return Verdict.FORK;
                }
            }
            return counted(id, hint.map(Hint::size).orElse(0L));
        });
    }

    private Verdict unopened(Hint hint) {
        if (hint.id().equals(terms.newest().id())) {
            return Verdict.NEWEST;
        }
        return untouchable(hint.id(), Optional.of(hint))
                .orElseGet(() -> line.names(hint.id()) ? counted(hint.id(), hint.size()) : Verdict.UNRELATED);
    }

    /** Why something stays and takes nobody's place. */
    private Optional<Verdict> untouchable(BackupId id, Optional<Hint> hint) {
        if (hint.filter(Hint::isProtected).isPresent()) {
            return Optional.of(Verdict.PROTECTED);
        }
        return guarded.contains(id) ? Optional.of(Verdict.BEFORE_SHRINK) : Optional.empty();
    }

    /** One of those that take each other's place. */
    private Verdict counted(BackupId id, long size) {
        if (terms.policy() instanceof RetentionPolicy.KeepLast
                && terms.standing().equalParent().filter(id::equals).isPresent()) {
            return Verdict.SAME_AS_NEXT;
        }
        if (count >= most || size > mostBytes - bytes) {
            return Verdict.SURPLUS;
        }
        count++;
        bytes += size;
        return Verdict.WITHIN_POLICY;
    }

    /**
     * What its catalogue says is all that is known, so it goes only if it would go whatever it is. An ancestor keeps
     * the place that it takes unread: the next run may not read it, and what stayed in its place would go then.
     */
    private Verdict damaged(Hint hint) {
        return untouchable(hint.id(), Optional.of(hint)).orElseGet(() -> {
            BackupHeader newest = terms.newest();
            boolean isOlder = hint.epoch() <= newest.epoch() && hint.sequence() < newest.sequence();
            boolean isSurplus = line.names(hint.id())
                    ? !counted(hint.id(), hint.size()).isKept()
                    : count >= most
                            && !hint.createdAt().plus(BackupHeader.GUARDED_FOR).isAfter(terms.now());
            return isOlder && isSurplus ? Verdict.DAMAGED_SURPLUS : Verdict.DAMAGED;
        });
    }

    /** Bytes that are no backup at all are damage only where a catalogue says that one was stored there. */
    private static boolean isDamage(CatalogEntry.Unreadable copy) {
        UnreadableBackupException why = copy.why();
        if (why instanceof UnreadableBackupException.NotABackup) {
            return copy.entry().hinted().isPresent();
        }
        return !(why instanceof UnreadableBackupException.WrongKey
                || why instanceof UnreadableBackupException.NewerFormat
                || why instanceof UnreadableBackupException.OtherApplication);
    }

    private static Optional<BackupHeader> header(CatalogEntry copy) {
        return copy instanceof CatalogEntry.Authenticated known ? Optional.of(known.header()) : Optional.empty();
    }

    /** Where an entry stands in the order: by its header, or as its hint says. */
    private record Place(long epoch, long sequence, Instant createdAt, String id) {
        static final Comparator<Place> OLDEST_FIRST = Comparator.comparingLong(Place::epoch)
                .thenComparingLong(Place::sequence)
                .thenComparing(Place::createdAt)
                .thenComparing(Place::id);
    }

    private static @Nullable Place place(CatalogEntry copy) {
        return header(copy)
                .map(header -> new Place(
                        header.epoch(),
                        header.sequence(),
                        header.createdAt(),
                        header.id().value()))
                .or(() -> copy.entry()
                        .hinted()
                        .map(hint -> new Place(
                                hint.epoch(),
                                hint.sequence(),
                                hint.createdAt(),
                                hint.id().value())))
                .orElse(null);
    }
}
