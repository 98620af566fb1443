package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way of one backup: prelude (at the exit: drain, gate), snapshot (compressed, sealed and spooled in the same pass), all
 * sinks at once, report. A run is made once and belongs to one trigger.
 */
public final class BackupRun {
    private static final double GATE_SHARE = 0.10;
    private static final double LOCK_SHARE = 0.20;
    private static final double SNAPSHOT_ENDS_AT = 0.80;

    /**
     * What all runs of a process share.
     *
     * @param mandate by what right a run saves that begins now and is not final; empty if this instance has no state
     */
    public record RunComponents(
            Drain drain,
            WriteGate gate,
            Supplier<Optional<SavePermit>> mandate,
            Snapshot snapshot,
            Delivery delivery,
            Lineage lineage,
            Holdings holdings,
            String application,
            Map<String, String> skippedSinks,
            OperatorLog console,
            UnaryOperator<String> redact,
            Clock clock) {}

    private final RunComponents means;
    private final BackupTrigger occasion;
    private final Duration timeout;
    private final Deadline deadline;
    private final Preparation prelude;
    private final long started = System.nanoTime();

    /** What comes before a snapshot: it settles whether the run saves anything. */
    @FunctionalInterface
    public interface Preparation {
        /** By what right the run saves; empty if there is nothing to save. */
        Optional<SavePermit> run(Deadline deadline) throws InterruptedException;
    }

    /** Prepares a run. */
    public BackupRun(
            RunComponents means, BackupTrigger occasion, Duration timeout, Deadline deadline, Preparation prelude) {
        this.means = means;
        this.occasion = occasion;
        this.timeout = timeout;
        this.deadline = deadline;
        this.prelude = prelude;
    }

    /** Runs to its end, at the deadline at the latest. What goes wrong is in the report. */
    BackupReport run() throws InterruptedException {
        Spool spool = new Spool();
        try {
            return run(spool);
        } finally {
            spool.closeOrWarn(means.console()::warn);
        }
    }

    /** The same; the sealed bytes are in this spool, which stays open. */
    public BackupReport run(Spool spool) throws InterruptedException {
        Optional<SavePermit> right = prelude.run(deadline);
        Instant now = means.clock().instant();
        String name = occasion.name().apply(now);
        if (right.isEmpty()) {
            return report(name, null, null, nothingToSave(), null);
        }
        SavePermit mandate = right.get();
        try {
            SpooledBackup sealed = snapshot(spool, name, now).withFence(mandate.fence());
            ContentChange standing = means.lineage().note(sealed.header(), sealed.contentDigest(), sealed.stateBytes());
            Optional<BackupId> held = standing.equalParent().filter(this::needNotBeStoredAgain);
            return held.isPresent()
                    ? unchanged(name, sealed, held.get())
                    : report(name, sealed, sealed.header().id(), deliver(sealed, standing, mandate), null);
        } catch (Snapshot.Failed failed) {
            return report(name, null, null, List.of(), means.redact().apply(String.valueOf(failed.getMessage())));
        }
    }

    private List<SinkResult> nothingToSave() {
        String why = "this instance does not have the state";
        means.console().info("✓ Nothing to save: " + why + " of " + means.application());
        return means.delivery().sinks().stream()
                .<SinkResult>map(sink -> new SinkResult.Skipped(sink, why))
                .toList();
    }

    /** How long the changes under way may take once the gate is shut. */
    static Duration gateShare(Duration timeout) {
        return Duration.ofNanos((long) (timeout.toNanos() * GATE_SHARE));
    }

    private SpooledBackup snapshot(Spool spool, String name, Instant now) throws Snapshot.Failed, InterruptedException {
        AtomicReference<BackupHeader> begun = new AtomicReference<>();
        Function<BackupId, BackupHeader> header = id -> {
            BackupHeader next = means.lineage().next(id, name, now, occasion.reason());
            begun.set(next);
            return next;
        };
        Deadline end = deadline.atMost(share(SNAPSHOT_ENDS_AT).minus(Duration.ofNanos(System.nanoTime() - started)));
        boolean sealed = false;
        try {
            SpooledBackup backup = means.snapshot().take(spool, header, share(LOCK_SHARE), deadline, end);
            sealed = true;
            return backup;
        } finally {
            BackupHeader given = begun.get();
            if (!sealed && given != null) {
                means.lineage().discard(given);
            }
        }
    }

    private boolean needNotBeStoredAgain(BackupId parent) {
        return occasion.onlyIfChanged()
                && means.holdings().isEverywhere(parent, means.delivery().sinks());
    }

    private BackupReport unchanged(String name, SpooledBackup sealed, BackupId held) {
        means.lineage().discard(sealed.header());
        List<SinkResult> results = means.delivery().sinks().stream()
                .<SinkResult>map(sink -> new SinkResult.Unchanged(sink, held))
                .toList();
        return report(name, sealed, held, results, null);
    }

    private List<SinkResult> deliver(SpooledBackup sealed, ContentChange standing, SavePermit mandate)
            throws InterruptedException {
        List<SinkResult> results = new ArrayList<>();
        means.skippedSinks().forEach((sink, line) -> {
            means.console().warn("⚠️ " + line);
            results.add(new SinkResult.Skipped(sink, line));
        });
        results.addAll(means.delivery().deliver(sealed, standing, mandate, deadline));
        BackupId id = sealed.header().id();
        for (SinkResult result : results) {
            if (result instanceof SinkResult.Stored stored) {
                means.lineage().stored(id);
                means.holdings().add(stored.sink(), id);
            }
        }
        return results;
    }

    private BackupReport report(
            String name,
            @Nullable SpooledBackup sealed,
            @Nullable BackupId id,
            List<SinkResult> results,
            @Nullable String failure) {
        return new BackupReport(
                name,
                occasion.shutdown(),
                id,
                sealed == null ? 0 : sealed.size(),
                sealed == null ? 0 : sealed.stateBytes(),
                sealed == null ? "" : sealed.sha256(),
                sealed == null ? Duration.ZERO : sealed.lockHeld(),
                results,
                failure,
                Duration.ofNanos(System.nanoTime() - started));
    }

    private Duration share(double part) {
        return Duration.ofNanos((long) (timeout.toNanos() * part));
    }
}
