package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody snapshot a state that a restore is replacing. What was taken may be let go on another thread. A restore that
 * could not put the previous state back tears it: what is in memory then must not be saved any more.
 */
public final class StateGuard {
    private static final int ALL = 1_000_000;

    private final Semaphore permits = new Semaphore(ALL);
    private volatile @Nullable String torn;

    /**
     * For a snapshot. Snapshots do not exclude each other: one whose source hangs must not cost the exit its own.
     *
     * @throws Snapshot.Failed if a restore has it and does not end in time, or it is torn
     */
    void takeForSnapshot(Deadline patience) throws Snapshot.Failed, InterruptedException {
        if (!permits.tryAcquire(patience.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new Snapshot.Failed("the state is being replaced by a restore, which has not ended in time");
        }
        String why = torn;
        if (why != null) {
            permits.release();
            throw new Snapshot.Failed(why);
        }
    }

    void snapshotEnded() {
        permits.release();
    }

    /** For a restore; false if a snapshot does not end in time. */
    public boolean takeForRestore(Deadline patience) throws InterruptedException {
        return permits.tryAcquire(ALL, patience.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    public void restoreEnded() {
        permits.release(ALL);
    }

    /** What is in memory is neither the old state nor the new one. */
    public void tear(String why) {
        torn = why;
    }
}
