package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reports forks: backups that were made side by side, neither of which descends from the other. */
public final class ForkReport {
    private static final int SHOWN = 10;

    private ForkReport() {}

    /** Warnings of the forks of the restored backup that a start should report: one for each of the newest, one for the rest. */
    public static List<Finding> findings(Inventory inventory, BackupHeader restored, Instant now) {
        Map<BackupId, List<String>> sinks = inventory.backups().stream()
                .collect(Collectors.toMap(backup -> backup.header().id(), BackupCopies::sinkNames));
        List<BackupHeader> forks = new Ancestry(inventory.headers())
                .forksToReport(restored, now, head -> sinks.getOrDefault(head.id(), List.of()));
        Stream<String> newest = forks.stream()
                .limit(SHOWN)
                .map(head -> Messages.fork(head, String.join(" and ", sinks.getOrDefault(head.id(), List.of()))));
        Stream<String> rest =
                forks.size() > SHOWN ? Stream.of(Messages.furtherForks(forks.size() - SHOWN)) : Stream.of();
        return Stream.concat(newest, rest).map(Finding::warning).toList();
    }
}
