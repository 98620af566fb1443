package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One backup: prepare, snapshot (compressed, sealed and spooled in one pass; again if a source throws), deliver to all sinks
 * at once, report. An
 * instance runs once, for one trigger.
 */
public final class BackupRun {
    private static final double SNAPSHOT_ENDS_AT = 0.80;
    private static final double ASKING_WHETHER_IT_IS_HELD = 0.20;

    private final RunComponents components;
    private final BackupTrigger trigger;
    private final Preparation preparation;
    private final Deadline deadline;
    private final long started = System.nanoTime();

    BackupRun(RunComponents components, BackupTrigger trigger, Preparation preparation, Deadline deadline) {
        this.components = components;
        this.trigger = trigger;
        this.preparation = preparation;
        this.deadline = deadline;
    }

    /** A run in the running application, which keeps its gate open. */
    public static BackupRun live(RunComponents components, BackupTrigger trigger, Deadline deadline) {
        return new BackupRun(components, trigger, new LivePreparation(components, trigger), deadline);
    }

    /** Makes the backup, by the deadline at the latest. Failures are in the report. */
    public BackupReport run() throws InterruptedException {
        Spool spool = components.snapshot().newSpool();
        try {
            return run(spool);
        } finally {
            spool.closeOrWarn(components.log()::warnOnce);
        }
    }

    /** Makes the backup and leaves its sealed bytes in the spool, which the caller closes. */
    public BackupReport run(Spool spool) throws InterruptedException {
        Optional<SavePermit> permit = preparation.prepare(deadline);
        Instant now = components.clock().instant();
        String name = trigger.name().apply(now);
        BackupReport report;
        if (permit.isEmpty()) {
            report = report(name, null, nothingToSave(), null);
        } else {
            try {
                SpooledBackup backup = snapshot(spool, name, now);
                ContentChange change = compare(backup);
                Delivered delivered = deliver(backup, change, permit.get());
                report = report(name, backup, delivered, null);
            } catch (SnapshotFailedException failed) {
                String why = components.redact().apply(String.valueOf(failed.getMessage()));
                report = report(name, null, Delivered.NOTHING, why);
            }
        }
        components.listener().ended(report);
        return report;
    }

    /**
     * What became of a sealed backup.
     *
     * @param id the backup that holds the state now, or null
     */
    private record Delivered(@Nullable BackupId id, List<SinkResult> results) {
        static final Delivered NOTHING = new Delivered(null, List.of());
    }

    private Delivered nothingToSave() {
        String why = Messages.HAS_NO_STATE;
        components.log().info(Messages.nothingToSave(components.application()));
        return new Delivered(
                null,
                components.delivery().sinks().stream()
                        .<SinkResult>map(sink -> new SinkResult.Skipped(sink, why))
                        .toList());
    }

    private SpooledBackup snapshot(Spool spool, String name, Instant now)
            throws SnapshotFailedException, InterruptedException {
        Duration left = components.share(SNAPSHOT_ENDS_AT).minus(Duration.ofNanos(System.nanoTime() - started));
        return new SnapshotAttempts(components, trigger, deadline, deadline.atMost(left)).take(spool, name, now);
    }

    /** Says what the sources noticed, and what has become much smaller: both are saved all the same. */
    private ContentChange compare(SpooledBackup backup) {
        components.snapshot().takeNotices().forEach(components.log()::warnOnce);
        ContentChange change = components.lineage().note(backup.header(), backup.contentDigest(), backup.sections());
        List<String> shrunk = components.sizes().shrunk(backup.sections()).stream()
                .map(section -> Messages.shrank(section.section(), section.before(), section.now()))
                .toList();
        if (!shrunk.isEmpty()) {
            components.log().warn(Messages.stateShrank(shrunk, change.beforeShrink()));
        }
        return change;
    }

    private Delivered deliver(SpooledBackup backup, ContentChange change, SavePermit permit)
            throws InterruptedException {
        Optional<BackupId> parent = change.equalParent();
        if (parent.isPresent() && needNotBeStoredAgain(parent.get())) {
            components.lineage().discard(backup.header());
            return unchanged(parent.get());
        }
        List<SinkResult> results = new ArrayList<>();
        components.skippedSinks().forEach((sink, line) -> {
            components.log().warnOnce(Messages.warning(line));
            results.add(new SinkResult.Skipped(sink, line));
        });
        results.addAll(components.delivery().deliver(permit.fenced(backup), change, permit, deadline));
        BackupId id = backup.header().id();
        for (SinkResult result : results) {
            if (result instanceof SinkResult.Stored stored) {
                components.lineage().stored(id);
                components.sizes().stored(backup.sections());
                components.holdings().add(stored.sink(), id);
            }
        }
        return new Delivered(id, results);
    }

    private boolean needNotBeStoredAgain(BackupId parent) throws InterruptedException {
        return trigger.onlyIfChanged()
                && components
                        .holdings()
                        .isEverywhere(
                                parent,
                                components.delivery().sinks(),
                                deadline.atMost(components.share(ASKING_WHETHER_IT_IS_HELD)));
    }

    private Delivered unchanged(BackupId parent) {
        return new Delivered(
                parent,
                components.delivery().sinks().stream()
                        .<SinkResult>map(sink -> new SinkResult.Unchanged(sink, parent))
                        .toList());
    }

    private BackupReport report(
            String name, @Nullable SpooledBackup backup, Delivered delivered, @Nullable String failure) {
        BackupReport.Builder report = BackupReport.builder(name)
                .shutdown(trigger.shutdown())
                .id(delivered.id())
                .sinks(delivered.results())
                .failure(failure);
        if (backup != null) {
            report.sealed(backup.size(), backup.stateBytes(), backup.sha256()).lockHeld(backup.lockHeld());
        }
        return report.took(Duration.ofNanos(System.nanoTime() - started)).build();
    }
}
