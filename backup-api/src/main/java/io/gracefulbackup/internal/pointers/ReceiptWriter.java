package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Leaves this process's receipt: first that it runs, then how it ended. The second is never overwritten by the first. */
public final class ReceiptWriter {
    private final Pointers pointers;
    private final String instance;
    private final Clock clock;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean ended;

    public ReceiptWriter(Pointers pointers, String instance, Clock clock) {
        this.pointers = pointers;
        this.instance = instance;
        this.clock = clock;
    }

    public void running(Deadline deadline) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            if (!ended) {
                pointers.save(new Receipt(instance, clock.instant(), null), deadline);
            }
        } finally {
            turn.unlock();
        }
    }

    /** The library is taken out of a process that goes on: what becomes of that one is not told here. */
    public void withdrawn(Deadline deadline) throws InterruptedException {
        if (turn.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            try {
                ended = true;
                pointers.withdrawReceipt(deadline);
            } finally {
                turn.unlock();
            }
        }
    }

    public void ended(BackupReport report, Deadline deadline) throws InterruptedException {
        if (turn.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            try {
                ended = true;
                pointers.save(new Receipt(instance, clock.instant(), Receipt.Ending.of(report)), deadline);
            } finally {
                turn.unlock();
            }
        }
    }
}
