package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.internal.catalog.HonouredChoices;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.retention.BackupAdmin;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * What follows a restore that left out properties, as {@code BACKUP_DROP} said. The backup still has them, and the next one
 * does not: the choice is said and noted in later headers, and the backup is kept. Retention of every sink keeps it for 30 days,
 * because later headers guard it; where a sink can protect single backups, it stays until the operator decides.
 */
public final class DroppedProperties {
    private final SourceBinder sources;
    private final Lineage lineage;
    private final BackupAdmin admin;
    private final boolean mayProtect;
    private final OperatorLog log;
    private final InstantSource clock;
    /** Whether the operator was told to unset the setting. */
    private final AtomicBoolean isSaid = new AtomicBoolean();

    /**
     * The follow-up of all restores of an installation.
     *
     * @param mayProtect whether sinks may be changed; false in the preview of a pull request
     */
    public DroppedProperties(
            SourceBinder sources,
            Lineage lineage,
            BackupAdmin admin,
            boolean mayProtect,
            OperatorLog log,
            InstantSource clock) {
        this.sources = sources;
        this.lineage = lineage;
        this.admin = admin;
        this.mayProtect = mayProtect;
        this.log = log;
        this.clock = clock;
    }

    /** After the restore of that backup at a start or a handoff, before anything new is stored. */
    public void afterStart(BackupHeader restored) throws InterruptedException {
        if (sources.dropped().isEmpty() && !sources.drops().isEmpty() && isSaid.compareAndSet(false, true)) {
            log.warn(Messages.nothingToDrop(entries(sources.drops()), restored));
        }
        afterRestore(restored);
    }

    /** After the restore of that backup, before anything new is stored. */
    void afterRestore(BackupHeader restored) throws InterruptedException {
        Map<String, Set<String>> dropped = sources.dropped();
        if (dropped.isEmpty()) {
            return;
        }
        dropped.forEach(
                (section, properties) -> log.warn(Messages.dropped(section, new TreeSet<>(properties), restored)));
        isSaid.set(true);
        String choice = HonouredChoices.drop(entries(dropped));
        lineage.choose(choice.substring(0, Math.min(choice.length(), BackupConfig.LONGEST_TEXT)));
        lineage.guard(restored.id(), clock.instant());
        if (mayProtect) {
            protect(restored);
        }
    }

    private void protect(BackupHeader restored) throws InterruptedException {
        BackupId id = restored.id();
        try {
            ProtectionReport report = admin.protect(id, true);
            if (!report.sinks().isEmpty()) {
                log.info(Messages.droppedFromIsProtected(restored, report.sinks()));
            }
            if (!report.others().isEmpty()) {
                log.warn(Messages.droppedFromIsKept(id, report.others().toString()));
            }
        } catch (BackupException notShown) {
            log.warn(Messages.droppedFromIsKept(id, String.valueOf(notShown.getMessage())));
        }
    }

    private static String entries(Map<String, Set<String>> properties) {
        return properties.entrySet().stream()
                .flatMap(section ->
                        section.getValue().stream().sorted().map(property -> section.getKey() + "." + property))
                .collect(Collectors.joining(","));
    }
}
