package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stores one sealed backup in all sinks at once. Each sink has a thread of its own, so that a sink that fails, hangs or throws an
 * {@code Error} does not affect the others. A copy counts as soon as its sink has verified it.
 */
public final class Delivery {
    private final List<BackupSink> sinks;
    private final Housekeeping housekeeping;
    private final OperatorLog log;
    private final UnaryOperator<String> redact;
    private final Threads threads;

    /** Creates the delivery to these sinks. */
    public Delivery(
            List<BackupSink> sinks,
            Housekeeping housekeeping,
            OperatorLog log,
            UnaryOperator<String> redact,
            Threads threads) {
        this.sinks = List.copyOf(sinks);
        this.housekeeping = housekeeping;
        this.log = log;
        this.redact = redact;
        this.threads = threads;
    }

    /** The names of the sinks. */
    List<String> sinks() {
        return sinks.stream().map(BackupSink::name).toList();
    }

    /** Stores the backup and does the housekeeping of every sink. Returns a result for each, by the deadline at the latest. */
    List<SinkResult> deliver(SealedBackup backup, ContentChange change, SavePermit permit, Deadline deadline)
            throws InterruptedException {
        LatestPointerUpdate latest = housekeeping.latestPointerUpdate(backup, deadline);
        List<SinkDelivery> deliveries = sinks.stream()
                .map(sink -> new SinkDelivery(sink, backup, change, permit, latest, deadline))
                .toList();
        List<SinkDelivery> withoutThread = deliveries.stream()
                .filter(delivery -> !delivery.task.tryStart())
                .toList();
        for (int i = 0; i < withoutThread.size(); i++) {
            withoutThread.get(i).runHere(withoutThread.size() - i);
        }
        List<SinkResult> results = new ArrayList<>();
        for (SinkDelivery delivery : deliveries) {
            results.add(delivery.await());
        }
        latest.await();
        return results;
    }

    /** The delivery to one sink. */
    private final class SinkDelivery {
        private final BackupSink sink;
        private final SealedBackup backup;
        private final ContentChange change;
        private final SavePermit permit;
        private final LatestPointerUpdate latest;
        private final Task<Boolean> task;
        private final long started = System.nanoTime();
        private final AtomicBoolean isLogged = new AtomicBoolean();
        private volatile @Nullable StoredBackup stored;
        private volatile Duration took = Duration.ZERO;
        private volatile Deadline deadline;
        /** Whether the sink failed after its time was over, and so because of that. */
        private volatile boolean isLate;

        SinkDelivery(
                BackupSink sink,
                SealedBackup backup,
                ContentChange change,
                SavePermit permit,
                LatestPointerUpdate latest,
                Deadline deadline) {
            this.sink = sink;
            this.backup = backup;
            this.change = change;
            this.permit = permit;
            this.latest = latest;
            this.deadline = deadline;
            this.task = threads.task(sink.name(), this::run);
        }

        /**
         * Delivers on the calling thread, because there is no other. A sink that hangs can be ended by its own time-outs
         * only, so it gets its part of the time that is left.
         *
         * @param sinksLeft how many sinks share that time
         */
        void runHere(int sinksLeft) {
            deadline = deadline.atMost(deadline.remaining().dividedBy(sinksLeft));
            task.runHere();
        }

        private boolean run() throws IOException, InterruptedException {
            Deadline.Registration interruption = deadline.onExpiry(Task.interruptingCaller());
            try {
                StoredBackup copy = sink.store(backup, deadline);
                took = elapsed();
                stored = copy;
                permit.listener().stored(sink, backup.header().id(), copy);
                boolean tidies = permit.mayTidy() && !copy.isFork();
                log(tidies ? housekeeping.run(sink, copy, backup, change, latest, deadline) : List.of());
            } catch (Throwable failed) {
                isLate = deadline.isExpired();
                throw failed;
            } finally {
                interruption.close();
            }
            return true;
        }

        SinkResult await() throws InterruptedException {
            try {
                task.await(deadline);
                return result(null);
            } catch (ExecutionException failed) {
                return result(Failures.cause(failed));
            } catch (TimeoutException timedOut) {
                task.abandon();
                return result(null);
            }
        }

        private SinkResult result(@Nullable Throwable failure) {
            StoredBackup copy = stored;
            if (copy != null) {
                log(
                        failure == null
                                ? List.of()
                                : List.of(Messages.storedButThenFailed(sink.title(), Failures.describe(failure))));
                return new SinkResult.Stored(sink.name(), copy.location(), backup.size(), took);
            }
            String cause = failure == null ? "" : redact.apply(Failures.describe(failure));
            if (failure != null && !isLate) {
                log.error(Messages.sinkFailed(sink.title(), cause));
                return new SinkResult.Failed(sink.name(), cause, elapsed());
            }
            Duration after = elapsed();
            log.error(Messages.sinkTimedOut(sink.title(), after, cause));
            return new SinkResult.TimedOut(sink.name(), after);
        }

        /** Logs once that the sink has stored the backup, in one block with the lines of the housekeeping. */
        private void log(List<String> more) {
            StoredBackup copy = stored;
            if (copy != null && isLogged.compareAndSet(false, true)) {
                List<String> block = new ArrayList<>(copy.lines());
                block.addAll(more);
                log.info(block);
            }
        }

        private Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - started);
        }
    }
}
