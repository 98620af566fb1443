package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.run.SavePermit.StoreListener;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import java.util.concurrent.atomic.AtomicBoolean;

/** A save that the protocol has asked for. It counts as soon as the sink that keeps the lease has stored it. */
final class PendingSave implements StoreListener {
    private final BackupSink leaseSink;
    private final Outcome outcome;
    private final AtomicBoolean isOver = new AtomicBoolean();

    /** Receives what became of the save, once. */
    interface Outcome {
        /** The sink that keeps the lease has stored it. */
        void saved(BackupId id, StoredBackup stored);

        /** The run has ended, and that sink has not stored it. */
        void failed(String why);
    }

    PendingSave(BackupSink leaseSink, Outcome outcome) {
        this.leaseSink = leaseSink;
        this.outcome = outcome;
    }

    @Override
    public void stored(BackupSink sink, BackupId id, StoredBackup stored) {
        if (sink == leaseSink && isOver.compareAndSet(false, true)) {
            outcome.saved(id, stored);
        }
    }

    /** The run has ended. */
    void ended() {
        if (isOver.compareAndSet(false, true)) {
            outcome.failed(leaseSink.title() + " did not store it");
        }
    }
}
