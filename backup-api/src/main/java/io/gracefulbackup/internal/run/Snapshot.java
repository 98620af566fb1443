package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.format.BackupWriter;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.format.RootKey;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot, compress, seal and spool: one streaming pass on one thread, which takes the host's lock, runs all sources in
 * turn and lets go.
 */
public final class Snapshot {
    private final List<StateSource> sources;
    private final @Nullable Lock lock;
    private final KeyRing keys;
    private final ClassLoader contextClassLoader;
    private final StateGuard stateInUse = new StateGuard();

    public Snapshot(List<StateSource> sources, @Nullable Lock lock, KeyRing keys, ClassLoader contextClassLoader) {
        this.sources = List.copyOf(sources);
        this.lock = lock;
        this.keys = keys;
        this.contextClassLoader = contextClassLoader;
    }

    /** No backup can be made, with the reason for the operator. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }
    }

    /**
     * Makes a sealed backup.
     *
     * @param lockShare the longest wait for the host's lock
     * @param run ends early when the run is cancelled: then the snapshot is given up at once and the lock let go
     * @param deadline when the whole snapshot is given up
     */
    SpooledBackup take(
            Spool spool, Function<BackupId, BackupHeader> header, Duration lockShare, Deadline run, Deadline deadline)
            throws Failed, InterruptedException {
        Progress progress = new Progress();
        Task<SpooledBackup> task = Task.start("snapshot", contextClassLoader, () -> {
            progress.at = "derive the key";
            RootKey root = keys.sealingKey();
            progress.at = "have the state for itself";
            stateInUse.takeForSnapshot(deadline.atMost(lockShare));
            try {
                progress.at = "get the host's lock";
                acquire(deadline.atMost(lockShare), progress);
                try (HeldLock held = new HeldLock(lock)) {
                    return write(root, spool, header, run, progress, held);
                }
            } finally {
                stateInUse.snapshotEnded();
            }
        });
        Deadline.Registration wakeUp = run.onExpiry(task::abandon);
        try {
            return task.await(deadline);
        } catch (ExecutionException failed) {
            Throwable cause = Failures.cause(failed);
            throw cause instanceof Failed known
                    ? known
                    : new Failed("could not " + progress.at + ": " + Failures.describe(cause));
        } catch (TimeoutException hangs) {
            StackTraceElement[] stack = task.stack();
            task.abandon();
            throw new Failed("it took too long to " + progress.at + "; given up here:" + Failures.stack(stack));
        } finally {
            wakeUp.close();
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
            Deadline.Registration givenUp = run.onExpiry(writer::close);
            try {
                return write(writer, spool, progress, held);
            } finally {
                givenUp.close();
            }
        }
    }

    private SpooledBackup write(BackupWriter writer, Spool spool, Progress progress, HeldLock held) throws IOException {
        for (StateSource source : sources) {
            progress.at = "write the source \"" + source.name() + "\"";
            source.writeTo(writer.nextSection());
        }
        held.close();
        progress.at = "finish the backup";
        BackupWriter.Written written = writer.finish();
        return new SpooledBackup(
                written.header(),
                spool.size(),
                spool.sha256Hex(),
                written.contentDigest(),
                written.stateBytes(),
                held.duration(),
                null,
                spool);
    }

    private void acquire(Deadline patience, Progress progress) throws Failed, InterruptedException {
        Lock held = lock;
        if (held == null) {
            return;
        }
        long share = patience.remaining().toMillis();
        if (!held.tryLock()) {
            LockHolder holder = LockHolder.watch(Thread.currentThread(), patience);
            if (!held.tryLock(patience.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new Failed("could not " + progress.at + " within " + share + " ms; " + holder.describe());
            }
        }
    }

    /** Who else uses the state: a restore into the running application. */
    public StateGuard stateInUse() {
        return stateInUse;
    }

    /** The host's lock, which is held only while the sources are read. */
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

    /** Where the snapshot stands, for the message when it fails. */
    private static final class Progress {
        private volatile String at = "begin";
    }
}
