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
        private final List<BackupHeader> headers;

        private AncestorSet(Set<BackupId> ancestors, List<BackupHeader> headers) {
            this.ancestors = ancestors;
            this.headers = headers;
        }

        /** Whether a header of the line names it. */
        public boolean contains(BackupId id) {
            return ancestors.contains(id);
        }

        /** Whether an ancestor of that sequence, if there is one, is named for certain. Sequences grow along a line. */
        public boolean isCompleteFrom(long sequence) {
            return sequence >= headers.get(0).sequence()
                    || headers.stream().anyMatch(header -> header.sequence() > sequence && header.namedFrom() <= sequence);
        }

        /** The sequence of the oldest backup of the line whose header is known. */
        public long oldestKnownSequence() {
            return headers.stream().mapToLong(BackupHeader::sequence).min().orElseThrow();
        }

        /** What another backup is to the one whose line this is. */
        public Relation relation(BackupHeader other) {
            if (contains(other.id())) {
                return Relation.ANCESTOR;
            }
            return isCompleteFrom(other.sequence()) ? Relation.NOT_ANCESTOR : Relation.UNKNOWN;
        }
    }

    /** The line of a backup, which need not be a member. */
    public AncestorSet ancestorsOf(BackupHeader of) {
        Set<BackupId> ancestors = new HashSet<>(of.ancestors());
        List<BackupHeader> headers = new ArrayList<>(List.of(of));
        Deque<BackupId> unread = new ArrayDeque<>(of.ancestors());
        while (!unread.isEmpty()) {
            BackupHeader header = members.get(unread.poll());
            if (header != null) {
                headers.add(header);
                header.ancestors().stream().filter(ancestors::add).forEach(unread::add);
            }
        }
        return new AncestorSet(ancestors, headers);
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
        AncestorSet ancestors = ancestorsOf(from);
        return heads().stream()
                .filter(head -> !head.id().equals(from.id()))
                .filter(head -> ancestors.relation(head) == Relation.NOT_ANCESTOR)
                .filter(head -> ancestorsOf(head).relation(from) == Relation.NOT_ANCESTOR)
                .toList();
    }

    /**
     * The forks that the operator should hear of: the young ones, unless the line of that backup began with a choice that
     * was made when they were there.
     */
    public List<BackupHeader> forksToReport(BackupHeader from, Instant now) {
        AncestorSet ancestors = ancestorsOf(from);
        return forks(from).stream()
                .filter(head -> isRecent(head, now))
                .filter(head -> ancestors.headers.stream()
                        .noneMatch(header -> header.choice() != null
                                && header.epoch() > head.epoch()
                                && header.sequence() > head.sequence()))
                .toList();
    }

    /** Whether it is to be kept as the head of a line, or as what may be one; a time that is yet to come counts as now. */
    public static boolean isRecent(BackupHeader head, Instant now) {
        return head.createdAt().plus(BackupHeader.GUARDED_FOR).isAfter(now);
    }
}
