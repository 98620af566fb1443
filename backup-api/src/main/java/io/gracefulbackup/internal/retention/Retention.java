package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport.Verdict;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * @param deleted how many entries were deleted, by the reason
     * @param failures the entries that could not be deleted, each with the reason
     * @param nearBound whether two more backups of the size of the newest would not fit within the policy's bytes
     * @param forks forks that were found here, and not reported before in this process
     */
    public record Outcome(
            Map<Verdict, Integer> deleted, List<String> failures, boolean nearBound, List<BackupHeader> forks) {
        /** Copies the collections. */
        public Outcome {
            deleted = Collections.unmodifiableMap(new LinkedHashMap<>(deleted));
            failures = List.copyOf(failures);
            forks = List.copyOf(forks);
        }

        static final Outcome NOTHING = new Outcome(Map.of(), List.of(), false, List.of());
    }

    /** Applies the policy. An entry that cannot be deleted does not stop the others. */
    public Outcome apply(BackupSink sink, Terms terms, Deadline deadline) throws IOException {
        if (!(terms.policy() instanceof RetentionPolicy.KeepLast keep)
                || !(sink.list(deadline) instanceof Listing.Listed listing)) {
            return Outcome.NOTHING;
        }
        List<CatalogEntry> entries = listing.backups().stream()
                .<CatalogEntry>map(entry -> new CatalogEntry.Unread(sink, entry, false))
                .toList();
        RetentionPlan plan =
                RetentionPlan.of(entries, terms, entry -> catalog.readHeader(sink, entry.stored(), deadline));
        Map<Verdict, Integer> deleted = new EnumMap<>(Verdict.class);
        List<String> failures = new ArrayList<>();
        plan.verdicts().forEach((entry, verdict) -> {
            if (!verdict.isKept()) {
                delete(sink, entry.stored(), deadline)
                        .ifPresentOrElse(failures::add, () -> deleted.merge(verdict, 1, Integer::sum));
            }
        });
        boolean nearBound = (plan.count() + 2) * terms.size() > keep.maxBytes().orElse(Long.MAX_VALUE);
        return new Outcome(
                deleted,
                failures,
                nearBound,
                plan.forks().stream()
                        .filter(head -> reportedForks.add(head.id()))
                        .toList());
    }

    /** Returns why the entry may still be there; empty if it is deleted. */
    private static Optional<String> delete(BackupSink sink, StoredBackup entry, Deadline deadline) {
        if (deadline.isExpired()) {
            return Optional.of(Messages.noTimeToDelete(entry.location()));
        }
        try {
            sink.delete(entry, deadline);
            return Optional.empty();
        } catch (IOException | RuntimeException | Error e) {
            return Optional.of(entry.location() + ": " + Failures.describe(e));
        }
    }
}
