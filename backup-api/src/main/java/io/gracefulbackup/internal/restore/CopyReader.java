package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.ReadFailure;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads one copy of a backup: fetches its sealed bytes into a spool, authenticates all of them, and classifies what goes
 * wrong. There is no deadline but a stall limit, because a large backup may take its time.
 */
public final class CopyReader {
    private final BackupReader reader;
    private final ClassLoader contextClassLoader;
    private final Duration stallLimit;

    public CopyReader(BackupReader reader, ClassLoader contextClassLoader) {
        this(reader, contextClassLoader, Timeouts.TRANSFER_STALL);
    }

    CopyReader(BackupReader reader, ClassLoader contextClassLoader, Duration stallLimit) {
        this.reader = reader;
        this.contextClassLoader = contextClassLoader;
        this.stallLimit = stallLimit;
    }

    /**
     * What is done with an intact copy. Owns the fetched backup and closes it.
     *
     * @param <T> what it returns
     */
    @FunctionalInterface
    interface Use<T> {
        T apply(FetchedBackup backup) throws IOException, InterruptedException;
    }

    /**
     * Reads a copy completely, and hands it on if every byte is authentic. What the use throws is classified as well,
     * because it reads the same bytes once more.
     *
     * @throws RestoreRefusedException if the use throws it
     */
    <T> CopyResult<T> read(CatalogEntry.Authenticated copy, Use<T> use) throws InterruptedException {
        try {
            return new CopyResult.Used<>(use.apply(fetch(copy)));
        } catch (UnreadableBackupException e) {
            return ReadFailure.of(e).isDamage() ? new CopyResult.Damaged<>(e) : new CopyResult.NotForThisProcess<>(e);
        } catch (BackupRejectedException e) {
            return new CopyResult.Rejected<>(e);
        } catch (RestoreRefusedException e) {
            throw e;
        } catch (BackupException e) {
            return new CopyResult.CannotOpenHere<>(e);
        } catch (IOException e) {
            return new CopyResult.Unavailable<>(e);
        }
    }

    /** Fetches and authenticates every byte; a second time if they are rejected, because a gateway may have failed. */
    private FetchedBackup fetch(CatalogEntry.Authenticated copy) throws IOException, InterruptedException {
        try {
            return fetchOnce(copy);
        } catch (UnreadableBackupException e) {
            return fetchOnce(copy);
        }
    }

    private FetchedBackup fetchOnce(CatalogEntry.Authenticated copy) throws IOException, InterruptedException {
        Spool spool = fetchSealedBytes(copy);
        FetchedBackup fetched = authenticate(spool);
        BackupHeader header = fetched.contents().header();
        if (!header.equals(copy.header())) {
            spool.close();
            throw new UnreadableBackupException.DamagedPayload(
                    Messages.otherBackupCame(header.id(), copy.header().id()));
        }
        return fetched;
    }

    /** Authenticates bytes that are in a spool already; closes the spool if they are not authentic. */
    FetchedBackup authenticate(Spool spool) throws IOException {
        boolean isAuthentic = false;
        try {
            BackupReader.Contents contents = reader.verify(spool.newStream());
            isAuthentic = true;
            return new FetchedBackup(contents, spool, reader);
        } finally {
            if (!isAuthentic) {
                spool.close();
            }
        }
    }

    private Spool fetchSealedBytes(CatalogEntry copy) throws IOException, InterruptedException {
        Spool spool = new Spool();
        Deadline.Controller transfer = Deadline.controlled(Timeouts.TRANSFER);
        AtomicLong received = new AtomicLong();
        Task<Void> task = Task.start("fetch-" + copy.sink().name(), contextClassLoader, () -> {
            transferTo(spool, copy, transfer.deadline(), received);
            return null;
        });
        boolean isComplete = false;
        try {
            awaitUnlessStalled(task, received);
            isComplete = true;
            return spool;
        } finally {
            if (!isComplete) {
                task.abandon();
                spool.close();
            }
            transfer.expire();
        }
    }

    private static void transferTo(Spool spool, CatalogEntry copy, Deadline transfer, AtomicLong received)
            throws IOException {
        byte[] buffer = new byte[64 << 10];
        try (InputStream sealed = copy.sink().open(copy.stored(), transfer)) {
            for (int count = sealed.read(buffer); count >= 0; count = sealed.read(buffer)) {
                spool.write(buffer, 0, count);
                received.addAndGet(count);
            }
        }
    }

    private void awaitUnlessStalled(Task<Void> task, AtomicLong received) throws IOException, InterruptedException {
        long before = -1;
        while (true) {
            try {
                task.await(Deadline.after(stallLimit));
                return;
            } catch (ExecutionException e) {
                Throwable cause = Failures.cause(e);
                throw cause instanceof IOException input ? input : new IOException(Failures.describe(cause), cause);
            } catch (TimeoutException e) {
                if (received.get() == before) {
                    throw new IOException(Messages.transferStalled(stallLimit, before));
                }
                before = received.get();
            }
        }
    }
}
