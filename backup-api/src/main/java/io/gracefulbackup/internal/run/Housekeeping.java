package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.retention.Retention;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What follows once a sink has stored a backup: pointers to it are saved, and old backups are deleted. */
public final class Housekeeping {
    private final Map<String, RetentionPolicy> policies;
    private final Retention retention;
    private final Pointers pointers;
    private final InstantSource clock;
    private final Threads threads;

    /**
     * Creates the housekeeping of all sinks.
     *
     * @param policies the policies that replace the sinks' own, by the names of the sinks
     */
    public Housekeeping(
            Map<String, RetentionPolicy> policies,
            Retention retention,
            Pointers pointers,
            InstantSource clock,
            Threads threads) {
        this.policies = Map.copyOf(policies);
        this.retention = retention;
        this.pointers = pointers;
        this.clock = clock;
        this.threads = threads;
    }

    /** The update of {@code BACKUP_LATEST} for one backup. */
    LatestPointerUpdate latestPointerUpdate(SealedBackup backup, Deadline deadline) {
        return new LatestPointerUpdate(backup, pointers, deadline, threads);
    }

    /**
     * Does the housekeeping of one sink.
     *
     * @return lines for the operator
     */
    List<String> run(
            BackupSink sink,
            StoredBackup stored,
            SealedBackup backup,
            ContentChange change,
            LatestPointerUpdate latest,
            Deadline deadline)
            throws InterruptedException {
        latest.storedIn(sink);
        List<String> lines = new ArrayList<>();
        if (!stored.pointers().isEmpty()) {
            lines.addAll(pointers.save(stored.pointers(), backup.header(), deadline));
        }
        lines.addAll(retain(sink, backup, change, deadline));
        return lines;
    }

    /** A failure here leaves too many backups, never too few, and takes nothing from the one that was stored. */
    private List<String> retain(BackupSink sink, SealedBackup backup, ContentChange change, Deadline deadline) {
        try {
            RetentionPolicy policy = policies.getOrDefault(sink.name(), sink.defaultRetention());
            Terms terms = new Terms(policy, backup.header(), backup.size(), change, clock.instant());
            Retention.Outcome outcome = retention.apply(sink, terms, deadline);
            return policy instanceof RetentionPolicy.KeepLast keep
                    ? lines(sink, backup.size(), outcome, keep)
                    : List.of();
        } catch (IOException | RuntimeException failed) {
            return List.of(Messages.cleanUpFailed(sink.title(), Failures.describe(failed)));
        }
    }

    private static List<String> lines(
            BackupSink sink, long size, Retention.Outcome outcome, RetentionPolicy.KeepLast keep) {
        List<String> lines = new ArrayList<>();
        // A sink that keeps only the latest replaces it every time: not worth a line.
        if (keep.count() > 1) {
            outcome.deleted().forEach((why, count) -> lines.add(Messages.cleanedUp(count, why, keep)));
        }
        if (!outcome.failures().isEmpty()) {
            lines.add(Messages.notDeleted(sink.title(), outcome.failures()));
        }
        if (outcome.nearBound()) {
            lines.add(Messages.nearByteBound(sink.title(), size, keep.maxBytes().orElseThrow(), keep.count()));
        }
        outcome.forks().forEach(head -> lines.add(Messages.fork(head, sink.title())));
        return lines;
    }
}
