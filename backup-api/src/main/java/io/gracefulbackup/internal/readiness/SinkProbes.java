package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.BackupSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Asks sinks whether they could store a backup now: all at once, each on a thread of its own, until one deadline. A sink that
 * hangs delays nobody but itself, and counts as failed.
 */
final class SinkProbes {
    private final List<Probe> probes;
    private final long started = System.nanoTime();

    /**
     * What a sink answered.
     *
     * @param why why it could not store a backup; empty if it could
     */
    record Answer(BackupSink sink, Optional<String> why) {}

    private SinkProbes(List<Probe> probes) {
        this.probes = List.copyOf(probes);
    }

    /** Begins to ask the sinks. */
    static SinkProbes start(Collection<BackupSink> sinks, Duration limit, Threads threads) {
        Deadline deadline = Deadline.after(limit);
        List<Probe> probes = new ArrayList<>();
        for (BackupSink sink : sinks) {
            probes.add(new Probe(sink, limit, deadline, threads));
        }
        return new SinkProbes(probes);
    }

    /** Waits for the answers, until the deadline of the probes at most. */
    List<Answer> await() throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        for (Probe probe : probes) {
            answers.add(new Answer(probe.sink, probe.await()));
        }
        return answers;
    }

    /** The sinks whose answer is there, or overdue. */
    Set<BackupSink> over() {
        return probes.stream()
                .filter(probe -> probe.task.isDone() || probe.deadline.isExpired())
                .map(probe -> probe.sink)
                .collect(Collectors.toSet());
    }

    /** How long ago the sinks were asked. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** The probe of one sink. */
    private static final class Probe {
        private final BackupSink sink;
        private final Duration limit;
        private final Deadline deadline;
        private final Task<Boolean> task;
        private final boolean hasThread;
        /** Whether the sink failed after its time was over, and so because of that. */
        private volatile boolean isLate;

        Probe(BackupSink sink, Duration limit, Deadline deadline, Threads threads) {
            this.sink = sink;
            this.limit = limit;
            this.deadline = deadline;
            this.task = threads.task("probe-" + sink.name(), this::run);
            this.hasThread = task.tryStart();
        }

        private boolean run() throws IOException {
            Deadline.Registration interruption = deadline.onExpiry(Task.interruptingCaller());
            try {
                sink.probe(deadline);
            } catch (Throwable failed) {
                isLate = deadline.isExpired();
                throw failed;
            } finally {
                interruption.close();
            }
            return true;
        }

        /** Why the sink could not store a backup; empty if it could. */
        Optional<String> await() throws InterruptedException {
            if (!hasThread) {
                return Optional.of(Messages.NO_THREAD_FOR_PROBE);
            }
            try {
                task.await(deadline);
                return Optional.empty();
            } catch (ExecutionException failed) {
                return Optional.of(isLate ? Messages.probeTimedOut(limit) : Failures.describe(Failures.cause(failed)));
            } catch (TimeoutException timedOut) {
                task.abandon();
                return Optional.of(Messages.probeTimedOut(limit));
            }
        }
    }
}
