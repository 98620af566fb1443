package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reports forks: backups that were made side by side, neither of which descends from the other. */
public final class ForkReport {
    private ForkReport() {}

    /** A warning for each fork of the restored backup that a start should report. */
    public static List<Finding> findings(Inventory inventory, BackupHeader restored, Instant now) {
        Map<BackupId, List<String>> sinks = inventory.backups().stream()
                .collect(Collectors.toMap(backup -> backup.header().id(), BackupCopies::sinkNames));
        return new Ancestry(inventory.headers())
                .forksToReport(restored, now, head -> sinks.getOrDefault(head.id(), List.of())).stream()
                        .map(head -> Finding.warning(
                                Messages.fork(head, String.join(" and ", sinks.getOrDefault(head.id(), List.of())))))
                        .toList();
    }
}
