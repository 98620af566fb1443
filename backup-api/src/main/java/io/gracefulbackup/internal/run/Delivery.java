package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.retention.Retention;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives one sealed backup to all sinks at once. Each has a thread of its own, so that one that fails, hangs or throws an
 * {@code Error} changes nothing for the others; as soon as one has verified its copy, that copy counts.
 */
public final class Delivery {
    private final List<BackupSink> sinks;
    private final Map<String, RetentionPolicy> policies;
    private final Retention retention;
    private final Pointers pointers;
    private final OperatorLog console;
    private final InstantSource clock;
    private final UnaryOperator<String> redact;
    private final ClassLoader contextClassLoader;

    public Delivery(
            List<BackupSink> sinks,
            Map<String, RetentionPolicy> policies,
            Retention retention,
            Pointers pointers,
            OperatorLog console,
            InstantSource clock,
            UnaryOperator<String> redact,
            ClassLoader contextClassLoader) {
        this.sinks = List.copyOf(sinks);
        this.policies = Map.copyOf(policies);
        this.retention = retention;
        this.pointers = pointers;
        this.console = console;
        this.clock = clock;
        this.redact = redact;
        this.contextClassLoader = contextClassLoader;
    }

    /** The names of the sinks. */
    List<String> sinks() {
        return sinks.stream().map(BackupSink::name).toList();
    }

    /** Stores, verifies and retains in every sink; returns at the deadline at the latest, with a result for each. */
    List<SinkResult> deliver(SealedBackup backup, ContentChange standing, SavePermit mandate, Deadline deadline)
            throws InterruptedException {
        LatestPointerUpdate latest = new LatestPointerUpdate(backup, deadline);
        List<SinkDelivery> parcels = sinks.stream()
                .map(sink -> new SinkDelivery(sink, backup, standing, mandate, latest, deadline))
                .toList();
        List<SinkResult> results = new ArrayList<>();
        for (SinkDelivery parcel : parcels) {
            results.add(parcel.await());
        }
        latest.await();
        return results;
    }

    /** {@code BACKUP_LATEST}: set once, as soon as one sink has verified the backup that outlives the instance. */
    private final class LatestPointerUpdate {
        private final SealedBackup backup;
        private final Deadline deadline;
        private @Nullable Task<List<String>> task;

        LatestPointerUpdate(SealedBackup backup, Deadline deadline) {
            this.backup = backup;
            this.deadline = deadline;
        }

        synchronized void storedIn(BackupSink sink) {
            if (task == null && sink.outlivesInstance()) {
                Pointer latest = new Pointer(
                        PointerStore.BACKUP_LATEST,
                        PointerStore.Latest.of(backup.header()).toString(),
                        "");
                task = Task.start(
                        "latest-pointer",
                        contextClassLoader,
                        () -> pointers.save(List.of(latest), backup.header(), deadline));
            }
        }

        synchronized void await() throws InterruptedException {
            Task<List<String>> saving = task;
            if (saving != null) {
                try {
                    saving.await(deadline);
                } catch (ExecutionException | TimeoutException notSaved) {
                    saving.abandon();
                }
            }
        }
    }

    /** One backup on its way to one sink. */
    private final class SinkDelivery {
        private final BackupSink sink;
        private final SealedBackup backup;
        private final ContentChange standing;
        private final SavePermit mandate;
        private final LatestPointerUpdate latest;
        private final Deadline deadline;
        private final long begun = System.nanoTime();
        private final AtomicBoolean told = new AtomicBoolean();
        private volatile @Nullable StoredBackup stored;
        private volatile Duration took = Duration.ZERO;
        private @Nullable Task<Void> task;
        private @Nullable Throwable notStarted;

        SinkDelivery(
                BackupSink sink,
                SealedBackup backup,
                ContentChange standing,
                SavePermit mandate,
                LatestPointerUpdate latest,
                Deadline deadline) {
            this.latest = latest;
            this.sink = sink;
            this.backup = backup;
            this.standing = standing;
            this.mandate = mandate;
            this.deadline = deadline;
            try {
                task = Task.start(sink.name(), contextClassLoader, this::run);
            } catch (OutOfMemoryError noThread) {
                notStarted = noThread;
            }
        }

        private @Nullable Void run() throws IOException, InterruptedException {
            Deadline.Registration wakeUp = deadline.onExpiry(Task.wakingThis());
            try {
                StoredBackup held = sink.store(backup, deadline);
                took = sinceBegin();
                stored = held;
                mandate.witness().stored(sink, backup.header().id(), held);
                tell(mandate.tidies() && !held.isFork() ? tidy(held) : List.of());
            } finally {
                wakeUp.close();
            }
            return null;
        }

        private List<String> tidy(StoredBackup held) throws InterruptedException {
            latest.storedIn(sink);
            List<String> more = new ArrayList<>();
            if (!held.pointers().isEmpty()) {
                more.addAll(pointers.save(held.pointers(), backup.header(), deadline));
            }
            more.addAll(retain());
            return more;
        }

        /** A failure here leaves too many backups, never too few, and takes nothing from the one that was stored. */
        private List<String> retain() {
            try {
                RetentionPolicy policy = policies.getOrDefault(sink.name(), sink.defaultRetention());
                Terms terms = new Terms(policy, backup.header(), backup.size(), standing, clock.instant());
                Retention.Outcome outcome = retention.apply(sink, terms, deadline);
                return policy instanceof RetentionPolicy.KeepLast keep ? lines(outcome, keep) : List.of();
            } catch (IOException | RuntimeException failed) {
                return List.of(
                        "⚠️ " + sink.title() + ": old backups could not be cleaned up: " + Failures.describe(failed));
            }
        }

        /** A sink that keeps only the latest replaces it, which is no news. */
        private List<String> lines(Retention.Outcome outcome, RetentionPolicy.KeepLast keep) {
            List<String> lines = new ArrayList<>();
            if (outcome.deleted() > 0 && keep.count() > 1) {
                lines.add("🧹 Cleaned up " + outcome.deleted() + " old backup" + (outcome.deleted() == 1 ? "" : "s")
                        + " (kept last " + keep.count() + ")");
            }
            if (outcome.nearBound()) {
                lines.add("⚠️ " + sink.title() + ": backups of " + backup.size() + " bytes come near the bound of "
                        + keep.maxBytes().orElseThrow() + " bytes, so fewer than " + keep.count()
                        + " may be kept. Raise the bound (BACKUP_KEEP_BYTES) and see that the disk has room");
            }
            outcome.forks().forEach(head -> lines.add(Messages.fork(head, sink.title())));
            return lines;
        }

        SinkResult await() throws InterruptedException {
            Throwable failure = notStarted;
            Task<Void> running = task;
            if (running != null) {
                try {
                    running.await(deadline);
                } catch (ExecutionException failed) {
                    failure = Failures.cause(failed);
                } catch (TimeoutException hangs) {
                    running.abandon();
                }
            }
            return result(failure);
        }

        private SinkResult result(@Nullable Throwable failure) {
            StoredBackup held = stored;
            if (held != null) {
                tell(
                        failure == null
                                ? List.of()
                                : List.of("⚠️ " + sink.title() + ": stored, but then: " + Failures.describe(failure)));
                return new SinkResult.Stored(sink.name(), held.location(), backup.size(), took);
            }
            if (failure != null) {
                String cause = redact.apply(Failures.describe(failure));
                console.error("❌ " + sink.title() + " backup failed: " + cause);
                return new SinkResult.Failed(sink.name(), cause, sinceBegin());
            }
            Duration after = sinceBegin();
            console.error("❌ " + sink.title() + " backup failed: not finished after " + after.toMillis()
                    + " ms, when the time was over");
            return new SinkResult.TimedOut(sink.name(), after);
        }

        /** Says once that it is stored, in one block with what came of it. */
        private void tell(List<String> more) {
            StoredBackup held = stored;
            if (held != null && told.compareAndSet(false, true)) {
                List<String> block = new ArrayList<>(held.lines());
                block.addAll(more);
                console.info(block);
            }
        }

        private Duration sinceBegin() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }
}
