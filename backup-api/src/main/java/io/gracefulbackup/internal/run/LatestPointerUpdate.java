package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code BACKUP_LATEST} once for a backup, as soon as one sink that outlives the instance has verified its copy. Safe for
 * use by several threads.
 */
final class LatestPointerUpdate {
    private final SealedBackup backup;
    private final Pointers pointers;
    private final Deadline deadline;
    private final Threads threads;
    private @Nullable Task<List<String>> task;

    LatestPointerUpdate(SealedBackup backup, Pointers pointers, Deadline deadline, Threads threads) {
        this.backup = backup;
        this.pointers = pointers;
        this.deadline = deadline;
        this.threads = threads;
    }

    /** The sink has verified its copy. */
    synchronized void storedIn(BackupSink sink) {
        if (task == null && sink.outlivesInstance()) {
            Pointer latest = new Pointer(
                    PointerStore.BACKUP_LATEST,
                    PointerStore.Latest.of(backup.header()).toString(),
                    "");
            task = threads.startOrRun(
                    "latest-pointer", () -> pointers.save(List.of(latest), backup.header(), deadline));
        }
    }

    /** Waits until the pointer is written, until the deadline at most. */
    synchronized void await() throws InterruptedException {
        Task<List<String>> saving = task;
        if (saving != null) {
            try {
                saving.await(deadline);
            } catch (ExecutionException | TimeoutException e) {
                // The pointer stores have logged what went wrong. The backup is stored all the same.
                saving.abandon();
            }
        }
    }
}
