package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps snapshots and restores apart. Snapshots do not exclude each other: one whose source hangs must not block the exit's. A
 * restore that fails halfway and cannot put the previous state back marks the state as inconsistent; it is never saved again.
 *
 * <p>Safe for use by several threads; what one thread acquired, another may release.
 */
public final class StateGuard {
    private static final int ALL = 1_000_000;

    private final Semaphore permits = new Semaphore(ALL);
    private volatile @Nullable String inconsistent;

    /**
     * Waits until no restore is under way.
     *
     * @throws SnapshotFailedException if a restore does not end in time, or the state is inconsistent
     */
    void acquireForSnapshot(Deadline deadline) throws SnapshotFailedException, InterruptedException {
        if (!permits.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new SnapshotFailedException(Messages.RESTORE_UNDER_WAY);
        }
        String why = inconsistent;
        if (why != null) {
            permits.release();
            throw new SnapshotFailedException(why);
        }
    }

    void releaseAfterSnapshot() {
        permits.release();
    }

    /** Waits until no snapshot is under way; false if one does not end in time. */
    public boolean acquireForRestore(Deadline deadline) throws InterruptedException {
        return permits.tryAcquire(ALL, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the restore that {@link #acquireForRestore} began. */
    public void releaseAfterRestore() {
        permits.release(ALL);
    }

    /** Marks the state in memory as neither the previous state nor the restored one. */
    public void markInconsistent(String why) {
        inconsistent = why;
    }
}
