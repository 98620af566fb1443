package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which backups descend from which, as far as authenticated headers tell. A header names a limited number of its ancestors;
 * the headers of those ancestors name older ones.
 */
public final class Ancestry {
    private final Map<BackupId, BackupHeader> members = new LinkedHashMap<>();

    /** How one backup relates to another. */
    public enum Relation {
        /** The other backup descends from it. */
        ANCESTOR,
        /** The other backup certainly does not descend from it. */
        NOT_ANCESTOR,
        /** The headers at hand do not reach back far enough. */
        UNKNOWN
    }

    public Ancestry(Collection<BackupHeader> headers) {
        headers.forEach(header -> members.put(header.id(), header));
    }

    /** The ancestors of one backup that the headers at hand name. */
    public static final class AncestorSet {
        private final Set<BackupId> ids;
        /** The header of the backup, then those of its ancestors that are at hand. */
        private final List<BackupHeader> headers;
        /** By the sequence that a header names its ancestors from: the highest sequence of it and of those that name older ones. */
        private final NavigableMap<Long, Long> namedUpTo = new TreeMap<>();

        private AncestorSet(Set<BackupId> ids, List<BackupHeader> headers) {
            this.ids = ids;
            this.headers = headers;
            long highest = Long.MIN_VALUE;
            for (BackupHeader header : headers.stream()
                    .sorted(Comparator.comparingLong(BackupHeader::namedFrom))
                    .toList()) {
                highest = Math.max(highest, header.sequence());
                namedUpTo.put(header.namedFrom(), highest);
            }
        }

        /** Whether that backup is named as an ancestor. */
        public boolean contains(BackupId id) {
            return ids.contains(id);
        }

        /**
         * Whether every ancestor with that sequence, if there is one, is in this set. Sequences grow from parent to child.
         */
        public boolean isCompleteAt(long sequence) {
            Map.Entry<Long, Long> named = namedUpTo.floorEntry(sequence);
            return sequence >= headers.get(0).sequence() || (named != null && named.getValue() > sequence);
        }

        /** The sequence of the oldest ancestor whose header is at hand. */
        public long oldestKnownSequence() {
            return headers.stream().mapToLong(BackupHeader::sequence).min().orElseThrow();
        }

        /** How another backup relates to the one whose ancestors these are. */
        public Relation relation(BackupHeader other) {
            if (contains(other.id())) {
                return Relation.ANCESTOR;
            }
            return isCompleteAt(other.sequence()) ? Relation.NOT_ANCESTOR : Relation.UNKNOWN;
        }
    }

    /** The ancestors of a backup, which need not be a member itself. */
    public AncestorSet ancestorsOf(BackupHeader backup) {
        Set<BackupId> ids = new HashSet<>(backup.ancestors());
        List<BackupHeader> headers = new ArrayList<>(List.of(backup));
        Deque<BackupId> toFollow = new ArrayDeque<>(backup.ancestors());
        while (!toFollow.isEmpty()) {
            BackupHeader ancestor = members.get(toFollow.poll());
            if (ancestor != null) {
                headers.add(ancestor);
                ancestor.ancestors().stream().filter(ids::add).forEach(toFollow::add);
            }
        }
        return new AncestorSet(ids, headers);
    }

    /** The members that no other member descends from, newest first. */
    public List<BackupHeader> heads() {
        Set<BackupId> parents = new HashSet<>();
        members.values().forEach(header -> parents.addAll(header.ancestors()));
        return members.values().stream()
                .filter(header -> !parents.contains(header.id()))
                .sorted(BackupHeader.OLDEST_FIRST.reversed())
                .toList();
    }

    /** The ids of the members that descend from that backup, and its own, as far as the headers at hand tell. */
    public Set<BackupId> withDescendants(BackupId id) {
        return reaching(Set.of(id), header -> false);
    }

    /** The heads that forked from that backup, newest first: neither of the two descends from the other. */
    public List<BackupHeader> forks(BackupHeader from) {
        AncestorSet ancestors = ancestorsOf(from);
        Set<BackupId> descendants = withDescendants(from.id());
        Set<BackupId> known = reaching(
                Set.of(), header -> header.namedFrom() <= from.sequence() && from.sequence() < header.sequence());
        return heads().stream()
                .filter(head -> !descendants.contains(head.id()))
                .filter(head -> head.sequence() <= from.sequence() || known.contains(head.id()))
                .filter(head -> ancestors.relation(head) == Relation.NOT_ANCESTOR)
                .toList();
    }

    /** The ids of some members, and of all that have one of these, or of the given ids, among their ancestors. */
    private Set<BackupId> reaching(Set<BackupId> ids, Predicate<BackupHeader> isOne) {
        Set<BackupId> reaching = new HashSet<>(ids);
        members.values().stream()
                .sorted(Comparator.comparingLong(BackupHeader::sequence))
                .filter(header ->
                        isOne.test(header) || header.ancestors().stream().anyMatch(reaching::contains))
                .forEach(header -> reaching.add(header.id()));
        return reaching;
    }

    /**
     * The forks that the operator should hear of: the recent ones, except those that the line of that backup left behind on
     * purpose.
     *
     * @param sinksOf the names of the sinks that hold a backup
     */
    public List<BackupHeader> forksToReport(
            BackupHeader from, Instant now, Function<BackupHeader, Collection<String>> sinksOf) {
        return forks(from).stream()
                .filter(head -> isRecent(head, now))
                .filter(head -> !HonouredChoices.leftBehind(from, head, sinksOf.apply(head)))
                .toList();
    }

    /** Whether retention still keeps a head, or what may be one, for its age; a time in the future counts as now. */
    public static boolean isRecent(BackupHeader head, Instant now) {
        return head.createdAt().plus(BackupHeader.GUARDED_FOR).isAfter(now);
    }
}
