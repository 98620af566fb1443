package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings a copy's sealed bytes into a spool and authenticates all of them. Has no deadline but a stall limit: a large
 * backup may take its time.
 */
public final class CopyReader {
    private static final Duration LONGEST = Duration.ofDays(7);

    private static final Duration STALL_LIMIT = Duration.ofSeconds(30);

    private final BackupReader reader;
    private final ClassLoader contextClassLoader;

    public CopyReader(BackupReader reader, ClassLoader contextClassLoader) {
        this.reader = reader;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * Fetches and authenticates every byte. Damage is believed when it is seen twice.
     *
     * @throws UnreadableBackupException if they are not what this copy's header promised
     * @throws IOException if the bytes could not be had, or the spool could not hold them; nothing is said about them
     */
    FetchedBackup fetch(CatalogEntry.Authenticated copy) throws IOException, InterruptedException {
        try {
            return fetchOnce(copy);
        } catch (UnreadableBackupException once) {
            return fetchOnce(copy);
        }
    }

    private FetchedBackup fetchOnce(CatalogEntry.Authenticated copy) throws IOException, InterruptedException {
        Spool spool = spooled(copy);
        FetchedBackup fetched = authenticate(spool);
        BackupHeader came = fetched.contents().header();
        if (!came.equals(copy.header())) {
            spool.close();
            throw new UnreadableBackupException.DamagedPayload("another backup, " + came.id() + ", came when "
                    + copy.header().id() + " was fetched");
        }
        return fetched;
    }

    /** Of bytes that lie in a spool already; closes it if they are not authentic. */
    FetchedBackup authenticate(Spool spool) throws IOException {
        boolean authentic = false;
        try {
            Contents contents = reader.verify(spool.newStream());
            authentic = true;
            return new FetchedBackup(contents, spool, reader);
        } finally {
            if (!authentic) {
                spool.close();
            }
        }
    }

    private Spool spooled(CatalogEntry copy) throws IOException, InterruptedException {
        Spool spool = new Spool();
        Deadline transfer = Deadline.after(LONGEST);
        AtomicLong progress = new AtomicLong();
        Task<Void> task = Task.start("fetch-" + copy.sink().name(), contextClassLoader, () -> {
            copyAll(copy, transfer, spool, progress);
            return null;
        });
        boolean fetched = false;
        try {
            awaitProgress(task, progress);
            fetched = true;
            return spool;
        } finally {
            if (!fetched) {
                task.abandon();
                spool.close();
            }
            transfer.expire();
        }
    }

    private static void copyAll(CatalogEntry copy, Deadline transfer, Spool spool, AtomicLong progress)
            throws IOException {
        byte[] buffer = new byte[64 << 10];
        try (InputStream sealed = copy.sink().open(copy.stored(), transfer)) {
            for (int count = sealed.read(buffer); count >= 0; count = sealed.read(buffer)) {
                spool.write(buffer, 0, count);
                progress.addAndGet(count);
            }
        }
    }

    private void awaitProgress(Task<Void> task, AtomicLong progress) throws IOException, InterruptedException {
        long seen = -1;
        while (true) {
            try {
                task.await(Deadline.after(STALL_LIMIT));
                return;
            } catch (ExecutionException failed) {
                Throwable cause = Failures.cause(failed);
                throw cause instanceof IOException input ? input : new IOException(Failures.describe(cause), cause);
            } catch (TimeoutException stillAtIt) {
                if (progress.get() == seen) {
                    throw new IOException(
                            "No byte came for " + STALL_LIMIT.toSeconds() + " s, after " + seen + " bytes");
                }
                seen = progress.get();
            }
        }
    }
}
