package io.gracefulbackup.internal.run;

import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What all backup runs of a process share.
 *
 * @param application the name of the application
 * @param timeout the time that a run has
 * @param permit the permit of a run that starts now and is not the exit's; empty if this instance does not have the state
 * @param sizes the sizes of the state's sections that are known
 * @param skippedSinks the line to log for each sink that is not used, by the name of the sink
 * @param listener receives the report of each run
 */
public record RunComponents(
        String application,
        Duration timeout,
        Drain drain,
        WriteGate gate,
        Supplier<Optional<SavePermit>> permit,
        Snapshot snapshot,
        Delivery delivery,
        Lineage lineage,
        Holdings holdings,
        StateSizes sizes,
        Map<String, String> skippedSinks,
        RunListener listener,
        OperatorLog log,
        UnaryOperator<String> redact,
        Clock clock,
        Threads threads) {

    private static final double GATE_SHARE = 0.10;

    /** The same for a run that has less time. */
    RunComponents within(Duration left) {
        return left.compareTo(timeout) >= 0
                ? this
                : new RunComponents(
                        application,
                        left,
                        drain,
                        gate,
                        permit,
                        snapshot,
                        delivery,
                        lineage,
                        holdings,
                        sizes,
                        skippedSinks,
                        listener,
                        log,
                        redact,
                        clock,
                        threads);
    }

    /**
     * The same for a rehearsal of backups, of which nothing remains: neither a report, nor a line, nor a descendant.
     *
     * @param sources the sources, as the rehearsal calls them
     * @param timeout the time that the rehearsal has
     */
    public RunComponents rehearsing(
            List<StateSource> sources, Delivery nowhere, Lineage apart, Duration timeout, OperatorLog silent) {
        return new RunComponents(
                application,
                timeout,
                drain,
                gate,
                () -> permit.get().map(present -> SavePermit.REHEARSAL),
                snapshot.withSources(sources),
                nowhere,
                apart,
                holdings.apart(),
                new StateSizes(),
                Map.of(),
                report -> {},
                silent,
                redact,
                clock,
                threads);
    }

    /** How long a run waits for changes under way once the gate is shut. */
    Duration gateShare() {
        return share(GATE_SHARE);
    }

    /** The given fraction of the time that a run has. */
    Duration share(double fraction) {
        return Duration.ofNanos((long) (timeout.toNanos() * fraction));
    }
}
