package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.engine.Lineage.Standing;
import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.BackupId;
import io.gracefulbackup.spi.Deadline;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way of one backup: drain, gate, snapshot (compressed, sealed and spooled in the same pass), all sinks at once,
 * report. A run is made once and belongs to one trigger.
 */
final class BackupRun {
    private static final double GATE_SHARE = 0.10;
    private static final double LOCK_SHARE = 0.20;
    private static final double SNAPSHOT_ENDS_AT = 0.80;

    /** What all runs of a process share. */
    record Means(
            Drain drain,
            WriteGate gate,
            Snapshot snapshot,
            Delivery delivery,
            Lineage lineage,
            Map<String, String> skippedSinks,
            Console console,
            UnaryOperator<String> redact,
            Clock clock) {}

    private final Means means;
    private final Occasion occasion;
    private final Duration timeout;
    private final Deadline deadline;
    private final long begun = System.nanoTime();

    /**
     * Why a backup is made.
     *
     * @param name what names it, from the moment of its snapshot
     * @param shutdown the reason of the exit, or null
     * @param beforeSnapshot what a final run does between the drain and the snapshot
     */
    record Occasion(
            Function<Instant, String> name, @Nullable ShutdownReason shutdown, Runnable beforeSnapshot) {
        boolean isFinal() {
            return shutdown != null;
        }

        String reason() {
            ShutdownReason why = shutdown;
            return why == null ? "MANUAL" : why.name();
        }
    }

    BackupRun(Means means, Occasion occasion, Duration timeout, Deadline deadline) {
        this.means = means;
        this.occasion = occasion;
        this.timeout = timeout;
        this.deadline = deadline;
    }

    /** Runs to its end, at the deadline at the latest. What goes wrong is in the report. */
    BackupReport run() throws InterruptedException {
        if (occasion.isFinal()) {
            means.drain().run(deadline);
            occasion.beforeSnapshot().run();
            closeGate();
        }
        Instant now = means.clock().instant();
        String name = occasion.name().apply(now);
        Spool spool = new Spool();
        try {
            Sealed sealed = snapshot(spool, name, now);
            List<SinkResult> results = deliver(sealed);
            return report(name, sealed, results, null);
        } catch (Snapshot.Failed failed) {
            return report(name, null, List.of(), means.redact().apply(String.valueOf(failed.getMessage())));
        } finally {
            close(spool);
        }
    }

    private void closeGate() throws InterruptedException {
        int left = means.gate().close(deadline.atMost(share(GATE_SHARE)));
        if (left > 0) {
            means.console().warn("⚠️ " + left + " changes did not end in time; they are not acknowledged");
        }
    }

    private Sealed snapshot(Spool spool, String name, Instant now) throws Snapshot.Failed, InterruptedException {
        Function<BackupId, BackupHeader> header = id -> means.lineage().next(id, name, now, occasion.reason());
        Deadline end = deadline.atMost(share(SNAPSHOT_ENDS_AT).minus(Duration.ofNanos(System.nanoTime() - begun)));
        return means.snapshot().take(spool, header, share(LOCK_SHARE), deadline, end);
    }

    private List<SinkResult> deliver(Sealed sealed) throws InterruptedException {
        Standing standing = means.lineage().note(sealed.header(), sealed.contentDigest(), sealed.stateBytes());
        List<SinkResult> results = new ArrayList<>();
        means.skippedSinks().forEach((sink, line) -> {
            means.console().warn("⚠️ " + line);
            results.add(new SinkResult.Skipped(sink, line));
        });
        results.addAll(means.delivery().deliver(sealed, standing, deadline));
        if (results.stream().anyMatch(SinkResult.Stored.class::isInstance)) {
            means.lineage().stored(sealed.header().id());
        }
        return results;
    }

    private BackupReport report(
            String name, @Nullable Sealed sealed, List<SinkResult> results, @Nullable String failure) {
        return new BackupReport(
                name,
                occasion.shutdown(),
                sealed == null ? null : sealed.header().id(),
                sealed == null ? 0 : sealed.size(),
                sealed == null ? 0 : sealed.stateBytes(),
                results,
                failure,
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private Duration share(double part) {
        return Duration.ofNanos((long) (timeout.toNanos() * part));
    }

    private void close(Spool spool) {
        try {
            spool.close();
        } catch (IOException notRemoved) {
            means.console()
                    .warn("⚠️ A temporary file of sealed bytes could not be removed: " + Failures.describe(notRemoved));
        }
    }
}
