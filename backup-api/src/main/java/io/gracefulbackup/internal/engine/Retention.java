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
 * Deletes what a policy no longer keeps, in one sink, after a backup has been stored and verified there. Hints choose the
 * entries that may go; an entry goes only if an authenticated header shows it to be an ancestor of one that stays. Heads
 * of forks, damaged and foreign entries stay.
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
     * Applies the policy.
     *
     * @param stored the backup that has just been verified in this sink; it stays and counts
     * @param equalParent its parent, if that has the same content: it goes before older ones do
     * @return how many entries were deleted
     */
    int apply(
            BackupSink sink,
            RetentionPolicy policy,
            BackupHeader stored,
            Optional<BackupId> equalParent,
            Deadline deadline)
            throws IOException {
        if (!(policy instanceof RetentionPolicy.KeepLast keep)
                || !(sink.list(deadline) instanceof Listing.Listed listing)) {
            return 0;
        }
        List<StoredBackup> older = new ArrayList<>(listing.backups().stream()
                .filter(entry -> entry.hinted().isPresent())
                .filter(entry -> !entry.hinted().orElseThrow().id().equals(stored.id()))
                .sorted(NEWEST_FIRST)
                .toList());
        List<StoredBackup> surplus = new ArrayList<>();
        equalParent
                .flatMap(id -> older.stream()
                        .filter(entry -> entry.hinted().orElseThrow().id().equals(id))
                        .findFirst())
                .ifPresent(entry -> {
                    surplus.add(entry);
                    older.remove(entry);
                });
        int staying = keep.count() - 1;
        if (older.size() > staying) {
            surplus.addAll(older.subList(staying, older.size()));
        }
        return delete(sink, surplus, new Ancestry(sink, stored, older, deadline), deadline);
    }

    private int delete(BackupSink sink, List<StoredBackup> surplus, Ancestry ancestry, Deadline deadline)
            throws IOException {
        int deleted = 0;
        for (StoredBackup entry : surplus) {
            if (catalog.look(sink, entry, deadline) instanceof Copy.Known readable
                    && ancestry.contains(readable.header())) {
                sink.delete(entry, deadline);
                deleted++;
            }
        }
        return deleted;
    }

    /** The ancestors of what stays; the headers of older entries are read only when the newest one does not tell. */
    private final class Ancestry {
        private final BackupSink sink;
        private final List<StoredBackup> older;
        private final Deadline deadline;
        private final BackupHeader newest;
        private final Set<BackupId> ancestors;
        private boolean complete;

        Ancestry(BackupSink sink, BackupHeader newest, List<StoredBackup> older, Deadline deadline) {
            this.sink = sink;
            this.newest = newest;
            this.older = older;
            this.deadline = deadline;
            this.ancestors = new HashSet<>(newest.ancestors());
        }

        boolean contains(BackupHeader header) {
            if (!newest.isNewerThan(header)) {
                return false;
            }
            if (!ancestors.contains(header.id()) && !complete) {
                complete = true;
                for (StoredBackup entry : older) {
                    if (catalog.look(sink, entry, deadline) instanceof Copy.Known readable) {
                        ancestors.addAll(readable.header().ancestors());
                    }
                }
            }
            return ancestors.contains(header.id());
        }
    }
}
