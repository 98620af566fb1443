package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Writes the receipt of this process: that it runs, later how it ended. The first never overwrites the second. */
public final class ReceiptWriter {
    private final Pointers pointers;
    private final String instance;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean hasEnded;

    public ReceiptWriter(Pointers pointers, String instance, Clock clock) {
        this.pointers = pointers;
        this.instance = instance;
        this.clock = clock;
    }

    /** Writes that this process runs, unless it has ended already. */
    public void running(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!hasEnded) {
                pointers.save(new Receipt(instance, clock.instant(), null), deadline);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the receipt back: the process goes on without the library, so how it ends will not be known. */
    public void withdrawn(Deadline deadline) throws InterruptedException {
        writeLast(() -> pointers.withdrawReceipt(deadline), deadline);
    }

    /** Writes how this process ended. */
    public void ended(BackupReport report, Deadline deadline) throws InterruptedException {
        writeLast(
                () -> pointers.save(new Receipt(instance, clock.instant(), Receipt.Ending.of(report)), deadline),
                deadline);
    }

    private void writeLast(Write write, Deadline deadline) throws InterruptedException {
        if (lock.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            try {
                hasEnded = true;
                write.run();
            } finally {
                lock.unlock();
            }
        } else {
            pointers.noReceipt();
        }
    }

    @FunctionalInterface
    private interface Write {
        void run() throws InterruptedException;
    }
}
