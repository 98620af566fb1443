package io.gracefulbackup.internal.engine;

import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.engine.Answer.Copy;
import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.BackupId;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes what a policy no longer keeps, in one sink, after a backup has been stored and verified there. Only ancestors
 * count and may go: heads of forks, protected, damaged and foreign entries stay and take nobody's place.
 */
final class Retention {
    private static final Comparator<StoredBackup> NEWEST_FIRST = Comparator.comparing(
            entry -> entry.hinted().orElseThrow(),
            Comparator.comparingLong(Hint::epoch)
                    .thenComparingLong(Hint::sequence)
                    .reversed());

    private final Catalog catalog;

    Retention(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * What became of a policy in a sink.
     *
     * @param deleted how many entries were deleted
     * @param nearBound whether two more backups of the size of the newest would not fit within the policy's bytes
     */
    record Outcome(int deleted, boolean nearBound) {
        static final Outcome NOTHING = new Outcome(0, false);
    }

    /**
     * Applies the policy.
     *
     * @param stored the backup that has just been verified in this sink; it stays and counts
     * @param size its sealed bytes
     * @param equalParent its parent, if that has the same content: it goes before older ones do
     */
    Outcome apply(
            BackupSink sink,
            RetentionPolicy policy,
            BackupHeader stored,
            long size,
            Optional<BackupId> equalParent,
            Deadline deadline)
            throws IOException {
        if (!(policy instanceof RetentionPolicy.KeepLast keep)
                || !(sink.list(deadline) instanceof Listing.Listed listing)) {
            return Outcome.NOTHING;
        }
        List<StoredBackup> older = older(listing, stored);
        Ancestry ancestry = new Ancestry(sink, stored, older, deadline);
        List<StoredBackup> surplus = new ArrayList<>();
        int count = 1;
        long bytes = size;
        for (StoredBackup entry : older) {
            Hint hint = entry.hinted().orElseThrow();
            if (hint.isProtected() || !ancestry.contains(hint.id())) {
                continue;
            }
            boolean isEqualParent = equalParent.filter(hint.id()::equals).isPresent();
            if (!isEqualParent && count < keep.count() && fits(bytes + hint.size(), keep)) {
                count++;
                bytes += hint.size();
            } else {
                surplus.add(entry);
            }
        }
        int deleted = delete(sink, surplus, stored, ancestry, deadline);
        return new Outcome(deleted, !fits((count + 2) * size, keep));
    }

    /** What counts besides the newest one, newest first. */
    private static List<StoredBackup> older(Listing.Listed listing, BackupHeader stored) {
        return listing.backups().stream()
                .filter(entry -> entry.hinted().isPresent())
                .filter(entry -> !entry.hinted().orElseThrow().id().equals(stored.id()))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    private static boolean fits(long bytes, RetentionPolicy.KeepLast keep) {
        return bytes <= keep.maxBytes().orElse(Long.MAX_VALUE);
    }

    /** What goes is opened first: its own header has the last word. */
    private int delete(
            BackupSink sink, List<StoredBackup> surplus, BackupHeader stored, Ancestry ancestry, Deadline deadline)
            throws IOException {
        int deleted = 0;
        for (StoredBackup entry : surplus) {
            if (catalog.look(sink, entry, deadline) instanceof Copy.Known known
                    && stored.isNewerThan(known.header())
                    && ancestry.contains(known.header().id())) {
                sink.delete(entry, deadline);
                deleted++;
            }
        }
        return deleted;
    }

    /**
     * The ancestors of what the sink holds. The newest header names the nearest; the others are read only when an entry is
     * not among those.
     */
    private final class Ancestry {
        private final BackupSink sink;
        private final List<StoredBackup> older;
        private final Deadline deadline;
        private final Set<BackupId> ancestors;
        private boolean complete;

        Ancestry(BackupSink sink, BackupHeader newest, List<StoredBackup> older, Deadline deadline) {
            this.sink = sink;
            this.older = older;
            this.deadline = deadline;
            this.ancestors = new HashSet<>(newest.ancestors());
        }

        boolean contains(BackupId id) {
            if (!ancestors.contains(id) && !complete) {
                complete = true;
                for (StoredBackup entry : older) {
                    if (catalog.look(sink, entry, deadline) instanceof Copy.Known known) {
                        ancestors.addAll(known.header().ancestors());
                    }
                }
            }
            return ancestors.contains(id);
        }
    }
}
