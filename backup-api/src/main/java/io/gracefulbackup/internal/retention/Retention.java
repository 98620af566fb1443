package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport.Verdict;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Carries out a {@link RetentionPlan} in one sink, after a backup has been stored and verified there. It reads only the
 * headers that the plan asks for, because an exit has no time to read all.
 */
public final class Retention {
    private final Catalog catalog;
    private final Set<BackupId> reportedForks = ConcurrentHashMap.newKeySet();

    public Retention(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * What retention did in a sink.
     *
     * @param deleted how many entries were deleted
     * @param nearBound whether two more backups of the size of the newest would not fit within the policy's bytes
     * @param forks forks that were found here, and not reported before in this process
     */
    public record Outcome(int deleted, boolean nearBound, List<BackupHeader> forks) {
        static final Outcome NOTHING = new Outcome(0, false, List.of());
    }

    /** Applies the policy. */
    public Outcome apply(BackupSink sink, Terms terms, Deadline deadline) throws IOException {
        if (!(terms.policy() instanceof RetentionPolicy.KeepLast keep)
                || !(sink.list(deadline) instanceof Listing.Listed listing)) {
            return Outcome.NOTHING;
        }
        List<CatalogEntry> entries = listing.backups().stream()
                .<CatalogEntry>map(entry -> new CatalogEntry.Unread(sink, entry))
                .toList();
        RetentionPlan plan =
                RetentionPlan.of(entries, terms, entry -> catalog.readHeader(sink, entry.stored(), deadline));
        int deleted = 0;
        for (Map.Entry<CatalogEntry, Verdict> decided : plan.verdicts().entrySet()) {
            if (!decided.getValue().isKept()) {
                sink.delete(decided.getKey().stored(), deadline);
                deleted++;
            }
        }
        boolean nearBound = (plan.count() + 2) * terms.size() > keep.maxBytes().orElse(Long.MAX_VALUE);
        return new Outcome(
                deleted,
                nearBound,
                plan.forks().stream()
                        .filter(head -> reportedForks.add(head.id()))
                        .toList());
    }
}
