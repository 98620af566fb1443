package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.ReadinessFinding.Kind;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether the sinks could store a backup. They are asked beside the restore; those that could not store are asked again for as
 * long as the process lasts, and every change is said.
 */
final class SinkReadiness {
    private final Sinks sinks;
    private final Findings findings;
    private final Duration interval;
    private final OperatorLog log;
    private final UnaryOperator<String> redact;
    private final Threads threads;
    private final SinkProbes probes;
    private final Object monitor = new Object();
    private boolean isStopped;
    private @Nullable Task<?> watch;

    /**
     * The sinks of an installation.
     *
     * @param usable those that a backup would go to
     * @param broken why a provider could not be loaded, by its name
     * @param allRequired whether the application asks for all of them
     */
    record Sinks(List<BackupSink> usable, Map<String, String> broken, boolean allRequired) {}

    /** Begins to ask the sinks. */
    SinkReadiness(
            Sinks sinks,
            Findings findings,
            Duration interval,
            OperatorLog log,
            UnaryOperator<String> redact,
            Threads threads) {
        this.sinks = sinks;
        this.findings = findings;
        this.interval = interval;
        this.log = log;
        this.redact = redact;
        this.threads = threads;
        this.probes = SinkProbes.start(sinks.usable(), Timeouts.SINK_PROBE, threads);
    }

    /**
     * Decides whether the application may start with these sinks, and says which ones cannot store.
     *
     * @param hasRestored whether a state was restored: then the application starts in any case, because an outage that lasts
     *     longer saves nothing
     * @throws RestoreRefusedException if nothing was restored, and no sink can store, or one cannot that is required
     */
    void settle(boolean hasRestored) throws InterruptedException {
        Map<BackupSink, String> failed = failedAtStart();
        if (!hasRestored) {
            refuseUnlessOneCanStore(failed);
        }
        report(sinks.usable(), failed);
        if (!failed.isEmpty()) {
            watch(List.copyOf(failed.keySet()));
        }
    }

    /**
     * A sink that failed while the restore was under way is asked once more: its server may have come up meanwhile. Not one that
     * has not answered yet, so that a sink that hangs delays the start by the time of one probe at most.
     */
    private Map<BackupSink, String> failedAtStart() throws InterruptedException {
        Set<BackupSink> askedBefore = probes.age().compareTo(Timeouts.RETRY_INTERVAL) < 0 ? Set.of() : probes.over();
        Map<BackupSink, String> failed = failed(probes);
        List<BackupSink> again =
                failed.keySet().stream().filter(askedBefore::contains).toList();
        if (again.isEmpty()) {
            return failed;
        }
        failed.keySet().removeAll(again);
        failed.putAll(failed(SinkProbes.start(again, Timeouts.SINK_PROBE_AGAIN, threads)));
        return failed;
    }

    private Map<BackupSink, String> failed(SinkProbes probes) throws InterruptedException {
        Map<BackupSink, String> failed = new LinkedHashMap<>();
        for (SinkProbes.Answer answer : probes.await()) {
            answer.why().ifPresent(why -> failed.put(answer.sink(), redact.apply(why)));
        }
        return failed;
    }

    private void refuseUnlessOneCanStore(Map<BackupSink, String> failed) {
        List<String> reasons = new ArrayList<>();
        failed.forEach((sink, why) -> reasons.add(Messages.cannotStore(sink.title(), why)));
        if (sinks.allRequired() && !failed.isEmpty()) {
            throw new RestoreRefusedException(Messages.refusal(Messages.ALL_SINKS_MUST_STORE, reasons));
        }
        boolean noneCanStore = failed.size() == sinks.usable().size();
        sinks.broken()
                .forEach((provider, why) ->
                        reasons.add(Messages.cannotStore(provider, Messages.brokenProvider(redact.apply(why)))));
        if (noneCanStore && !reasons.isEmpty()) {
            throw new RestoreRefusedException(Messages.refusal(Messages.NO_SINK_CAN_STORE, reasons));
        }
    }

    /**
     * Says what has changed.
     *
     * @param asked the sinks that were asked
     * @param failed those that cannot store, each with the reason
     */
    private void report(List<BackupSink> asked, Map<BackupSink, String> failed) {
        List<ReadinessFinding> known = findings.all();
        List<ReadinessFinding> now = new ArrayList<>();
        Map<String, String> titles = new LinkedHashMap<>();
        for (BackupSink sink : asked) {
            titles.put(sink.name(), sink.title());
            String why = failed.get(sink);
            if (why != null) {
                now.add(asKnown(
                        new ReadinessFinding(Kind.SINK, sink.name(), Messages.cannotStore(sink.title(), why)), known));
            } else {
                log.debug(Messages.canStore(sink.title()));
            }
        }
        Findings.Change change =
                findings.replace(finding -> finding.kind() == Kind.SINK && titles.containsKey(finding.name()), now);
        change.added().forEach(found -> log.error(Messages.backupsWillFail(found.message())));
        change.gone().stream()
                .map(ReadinessFinding::name)
                .filter(name -> now.stream().noneMatch(found -> found.name().equals(name)))
                .forEach(name -> log.info(Messages.canStoreAgain(titles.get(name))));
    }

    /** A reason that differs in its numbers only, such as the free space, is the known one. */
    private static ReadinessFinding asKnown(ReadinessFinding now, List<ReadinessFinding> known) {
        return known.stream()
                .filter(before -> before.kind() == now.kind()
                        && before.name().equals(now.name())
                        && withoutNumbers(before).equals(withoutNumbers(now)))
                .findFirst()
                .orElse(now);
    }

    private static String withoutNumbers(ReadinessFinding finding) {
        return finding.message().replaceAll("[0-9]+", "0");
    }

    private void watch(List<BackupSink> failing) {
        synchronized (monitor) {
            if (!isStopped) {
                watch = threads.inBackground(
                        "sink-watch",
                        () -> askUntilAllCanStore(failing),
                        failed -> log.warn(Messages.watchEnded(Failures.describe(failed))));
            }
        }
    }

    private void askUntilAllCanStore(List<BackupSink> failing) throws InterruptedException {
        List<BackupSink> left = failing;
        while (!left.isEmpty()) {
            TimeUnit.NANOSECONDS.sleep(interval.toNanos());
            Map<BackupSink, String> failed = failed(SinkProbes.start(left, Timeouts.SINK_PROBE, threads));
            synchronized (monitor) {
                if (isStopped) {
                    return;
                }
                report(left, failed);
            }
            left = List.copyOf(failed.keySet());
        }
    }

    /** Asks no sink any more. */
    void stop() {
        synchronized (monitor) {
            isStopped = true;
            if (watch != null) {
                watch.abandon();
            }
        }
    }
}
