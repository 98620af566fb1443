package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import java.time.Instant;
import java.util.List;

/** Reports forks: backups that were made side by side, neither of which descends from the other. */
public final class ForkReport {
    private ForkReport() {}

    /** A warning for each fork of the restored backup that a start should report. */
    public static List<Finding> findings(Inventory inventory, BackupHeader restored, Instant now) {
        return new Ancestry(inventory.headers())
                .forksToReport(restored, now).stream()
                        .map(head -> Finding.warning(Messages.fork(head, sinksOf(inventory, head))))
                        .toList();
    }

    private static String sinksOf(Inventory inventory, BackupHeader head) {
        return String.join(
                " and ", inventory.find(head.id()).map(BackupCopies::sinkNames).orElse(List.of()));
    }
}
