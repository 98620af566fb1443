package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.format.BackupWriter;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.format.RootKey;
import io.gracefulbackup.internal.json.JsonSection;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpoolPlaces;
import io.gracefulbackup.internal.spool.SpooledBackup;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, compresses, seals and spools the state in one streaming pass. One thread takes the host's lock, runs all sources in
 * turn and releases the lock.
 */
public final class Snapshot {
    private final List<StateSource> sources;
    private final @Nullable Lock lock;
    private final KeyRing keys;
    private final Threads threads;
    private final SpoolPlaces places;
    private final StateGuard stateGuard;

    public Snapshot(List<StateSource> sources, @Nullable Lock lock, KeyRing keys, Threads threads) {
        this(sources, lock, keys, threads, SpoolPlaces.ofSystem());
    }

    /**
     * Snapshots of these sources.
     *
     * @param lock the lock under which the state does not change; null if there is none
     * @param places where large backups are spooled
     */
    public Snapshot(List<StateSource> sources, @Nullable Lock lock, KeyRing keys, Threads threads, SpoolPlaces places) {
        this(sources, lock, keys, threads, places, new StateGuard());
    }

    private Snapshot(
            List<StateSource> sources,
            @Nullable Lock lock,
            KeyRing keys,
            Threads threads,
            SpoolPlaces places,
            StateGuard stateGuard) {
        this.sources = List.copyOf(sources);
        this.lock = lock;
        this.keys = keys;
        this.threads = threads;
        this.places = places;
        this.stateGuard = stateGuard;
    }

    /** The same with other sources: under the same lock and the same guard, sealed under the same keys. */
    public Snapshot withSources(List<StateSource> others) {
        return new Snapshot(others, lock, keys, threads, places, stateGuard);
    }

    /** A place for the sealed bytes of a backup; the caller closes it. */
    public Spool newSpool() {
        return places.newSpool();
    }

    /**
     * Makes a sealed backup.
     *
     * @param header makes the header for the id of the backup
     * @param lockShare the longest wait for the state and the host's lock together
     * @param run expires early when the run is cancelled: the snapshot is then abandoned at once and the lock released
     * @param deadline when the snapshot is abandoned
     * @throws SnapshotFailedException if there is no backup; the message says which step failed
     */
    SpooledBackup take(
            Spool spool, Function<BackupId, BackupHeader> header, Duration lockShare, Deadline run, Deadline deadline)
            throws SnapshotFailedException, InterruptedException {
        Progress progress = new Progress();
        Task<SpooledBackup> task = threads.startOrRun("snapshot", () -> {
            progress.step = "derive the key";
            RootKey root = keys.sealingKey();
            progress.step = "have the state for itself";
            Deadline turn = deadline.atMost(lockShare);
            stateGuard.acquireForSnapshot(turn);
            try {
                progress.step = "get the host's lock";
                acquire(turn, progress);
                try (HeldLock held = new HeldLock(lock)) {
                    return write(root, spool, header, run, progress, held);
                }
            } finally {
                stateGuard.releaseAfterSnapshot();
            }
        });
        Deadline.Registration interruption = run.onExpiry(task::abandon);
        try {
            return task.await(deadline);
        } catch (ExecutionException failed) {
            Throwable cause = Failures.cause(failed);
            throw cause instanceof SnapshotFailedException known
                    ? known
                    : new SnapshotFailedException(
                            Messages.snapshotFailed(progress.step, Failures.describe(cause)), cause);
        } catch (TimeoutException timedOut) {
            StackTraceElement[] stack = task.stack();
            task.abandon();
            throw new SnapshotFailedException(Messages.snapshotTimedOut(progress.step, Failures.stack(stack)));
        } finally {
            interruption.close();
        }
    }

    private SpooledBackup write(
            RootKey root,
            Spool spool,
            Function<BackupId, BackupHeader> header,
            Deadline run,
            Progress progress,
            HeldLock held)
            throws Exception {
        List<BackupWriter.SectionSpec> sections = sources.stream()
                .map(source -> new BackupWriter.SectionSpec(source.name(), source.version()))
                .toList();
        try (BackupWriter writer = new BackupWriter(root, header, sections, spool)) {
            Deadline.Registration cancellation = run.onExpiry(writer::close);
            try {
                return write(writer, spool, progress, held);
            } finally {
                cancellation.close();
            }
        }
    }

    private SpooledBackup write(BackupWriter writer, Spool spool, Progress progress, HeldLock held) throws IOException {
        try {
            for (StateSource source : sources) {
                progress.step = "write the source \"" + source.name() + "\"";
                source.writeTo(writer.nextSection());
            }
        } finally {
            held.close(); // Also after a failure: what the compressor has in hand need not be awaited under the lock.
        }
        progress.step = "finish the backup";
        BackupWriter.Written written = writer.finish();
        return new SpooledBackup(
                written.header(),
                spool.size(),
                spool.sha256Hex(),
                written.contentDigest(),
                written.sections(),
                held.duration(),
                spool);
    }

    private void acquire(Deadline deadline, Progress progress) throws SnapshotFailedException, InterruptedException {
        Lock held = lock;
        if (held == null) {
            return;
        }
        long limit = deadline.remaining().toMillis();
        if (!held.tryLock()) {
            try (LockHolder holder = LockHolder.watch(Thread.currentThread(), deadline)) {
                if (!held.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new SnapshotFailedException(
                            Messages.lockNotAvailable(progress.step, limit, holder.describe()));
                }
            }
        }
    }

    /** What the sources have to say since they were last asked, in lines for the operator. */
    List<String> takeNotices() {
        List<String> lines = new ArrayList<>();
        for (StateSource source : sources) {
            if (source instanceof JsonSection json) {
                json.takeNotices().forEach(notice -> lines.add(Messages.sourceNotice(source.name(), notice)));
            }
        }
        return lines;
    }

    /** Keeps snapshots and restores apart. */
    public StateGuard stateGuard() {
        return stateGuard;
    }

    /** The host's lock, held while the sources write and released on close. */
    private static final class HeldLock implements AutoCloseable {
        private final long since = System.nanoTime();
        private @Nullable Lock lock;
        private Duration duration = Duration.ZERO;

        HeldLock(@Nullable Lock lock) {
            this.lock = lock;
        }

        Duration duration() {
            return duration;
        }

        @Override
        public void close() {
            Lock held = lock;
            if (held != null) {
                lock = null;
                held.unlock();
                duration = Duration.ofNanos(System.nanoTime() - since);
            }
        }
    }

    /** The present step, for the message when it fails: the words that follow "could not". */
    private static final class Progress {
        private volatile String step = "begin";
    }
}
