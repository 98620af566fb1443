package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.restore.StartDecision;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Says that there are two lines of backups, and what can be done about it. */
public final class ForkReport {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("dd/MM/yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

    private ForkReport() {}

    /** A line for each fork that a start should tell of, in view of the backup that it has restored. */
    public static List<String> lines(List<SinkInventory> answers, BackupHeader restored, Instant now) {
        Map<BackupHeader, Set<String>> sinks = new LinkedHashMap<>();
        for (SinkInventory answer : answers) {
            for (CatalogEntry copy : answer.entries()) {
                if (copy instanceof CatalogEntry.Authenticated known) {
                    sinks.computeIfAbsent(known.header(), header -> new LinkedHashSet<>())
                            .add(answer.sink());
                }
            }
        }
        return new Ancestry(sinks.keySet())
                .forksToReport(restored, now).stream()
                        .map(head -> line(head, String.join(" and ", sinks.getOrDefault(head, Set.of()))))
                        .toList();
    }

    /** Of the newest backup of another line. */
    public static String line(BackupHeader head, String where) {
        return StartDecision.WARNING + where + " also holds a backup of another line: " + head.name() + " (id "
                + head.id() + ", epoch " + head.epoch() + ", sequence " + head.sequence() + ", by " + head.instance()
                + ", created " + head.createdAt() + "). The present state does not come from it: two instances have"
                + " saved side by side. Both lines are kept, that backup until "
                + DAY.format(head.createdAt().plus(BackupHeader.GUARDED_FOR)) + "; BACKUP_RESTORE_ID=" + head.id()
                + " restores it instead";
    }
}
