package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How backups descend from each other, as far as their authenticated headers tell. A header names a limited number of its
 * ancestors; those that are known name more.
 */
public final class Ancestry {
    private final Map<BackupId, BackupHeader> members = new LinkedHashMap<>();

    /** What one backup is to another. */
    public enum Relation {
        /** The other one's state came from it. */
        ANCESTOR,
        /** The other one's state certainly did not come from it. */
        NOT_ANCESTOR,
        /** It is older than what the headers at hand name for certain. */
        UNKNOWN
    }

    public Ancestry(Collection<BackupHeader> headers) {
        headers.forEach(header -> members.put(header.id(), header));
    }

    /** What a backup descends from. */
    public static final class AncestorSet {
        private final Set<BackupId> ancestors;
        private final List<BackupHeader> links;

        private AncestorSet(Set<BackupId> ancestors, List<BackupHeader> links) {
            this.ancestors = ancestors;
            this.links = links;
        }

        /** Whether a header of the line names it. */
        public boolean names(BackupId id) {
            return ancestors.contains(id);
        }

        /** Whether an ancestor of that sequence, if there is one, is named for certain. Sequences grow along a line. */
        public boolean namesAllAt(long sequence) {
            return sequence >= links.get(0).sequence()
                    || links.stream().anyMatch(link -> link.sequence() > sequence && link.namedFrom() <= sequence);
        }

        /** The sequence of the oldest backup of the line whose header is known. */
        public long oldestLink() {
            return links.stream().mapToLong(BackupHeader::sequence).min().orElseThrow();
        }

        /** What another backup is to the one whose line this is. */
        public Relation relation(BackupHeader other) {
            if (names(other.id())) {
                return Relation.ANCESTOR;
            }
            return namesAllAt(other.sequence()) ? Relation.NOT_ANCESTOR : Relation.UNKNOWN;
        }
    }

    /** The line of a backup, which need not be a member. */
    public AncestorSet line(BackupHeader of) {
        Set<BackupId> ancestors = new HashSet<>(of.ancestors());
        List<BackupHeader> links = new ArrayList<>(List.of(of));
        Deque<BackupId> unread = new ArrayDeque<>(of.ancestors());
        while (!unread.isEmpty()) {
            BackupHeader link = members.get(unread.poll());
            if (link != null) {
                links.add(link);
                link.ancestors().stream().filter(ancestors::add).forEach(unread::add);
            }
        }
        return new AncestorSet(ancestors, links);
    }

    /** The members that no other one descends from, newest first. */
    public List<BackupHeader> heads() {
        Set<BackupId> surpassed = new HashSet<>();
        members.values().forEach(header -> surpassed.addAll(header.ancestors()));
        return members.values().stream()
                .filter(header -> !surpassed.contains(header.id()))
                .sorted(BackupHeader.OLDEST_FIRST.reversed())
                .toList();
    }

    /** The heads of other lines, newest first: neither do they descend from that backup, nor it from them. */
    public List<BackupHeader> forks(BackupHeader from) {
        AncestorSet line = line(from);
        return heads().stream()
                .filter(head -> !head.id().equals(from.id()))
                .filter(head -> line.relation(head) == Relation.NOT_ANCESTOR)
                .filter(head -> line(head).relation(from) == Relation.NOT_ANCESTOR)
                .toList();
    }

    /**
     * The forks that the operator should hear of: the young ones, unless the line of that backup began with a choice that
     * was made when they were there.
     */
    public List<BackupHeader> forksToTell(BackupHeader from, Instant now) {
        AncestorSet line = line(from);
        return forks(from).stream()
                .filter(head -> isYoung(head, now))
                .filter(head -> line.links.stream()
                        .noneMatch(link -> link.choice() != null
                                && link.epoch() > head.epoch()
                                && link.sequence() > head.sequence()))
                .toList();
    }

    /** Whether it is to be kept as the head of a line, or as what may be one; a time that is yet to come counts as now. */
    public static boolean isYoung(BackupHeader head, Instant now) {
        return head.createdAt().plus(BackupHeader.GUARDED_FOR).isAfter(now);
    }
}
