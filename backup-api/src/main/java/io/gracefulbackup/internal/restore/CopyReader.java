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
import io.gracefulbackup.internal.report.StartProgress;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpoolPlaces;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Reads one copy of a backup: fetches its sealed bytes into a spool, authenticates all of them, and classifies what goes
 * wrong. A large backup may take its time: a transfer ends when no byte comes for a while, or when the caller ends it.
 */
public final class CopyReader {
    private final BackupReader reader;
    private final ClassLoader contextClassLoader;
    private final Consumer<String> warning;
    private final StartProgress progress;
    private final SpoolPlaces places;
    private final Duration stallLimit;

    /**
     * A reader of copies.
     *
     * @param warning receives a line for the operator when a temporary file cannot be removed
     * @param progress is told what is read, and how far
     * @param places where large copies are spooled
     */
    public CopyReader(
            BackupReader reader,
            ClassLoader contextClassLoader,
            Consumer<String> warning,
            StartProgress progress,
            SpoolPlaces places) {
        this(reader, contextClassLoader, warning, progress, places, Timeouts.TRANSFER_STALL);
    }

    /** A reader that nobody watches. */
    CopyReader(BackupReader reader, ClassLoader contextClassLoader, Consumer<String> warning) {
        this(reader, contextClassLoader, warning, Timeouts.TRANSFER_STALL);
    }

    CopyReader(BackupReader reader, ClassLoader contextClassLoader, Consumer<String> warning, Duration stallLimit) {
        this(reader, contextClassLoader, warning, new StartProgress(line -> {}), SpoolPlaces.ofSystem(), stallLimit);
    }

    private CopyReader(
            BackupReader reader,
            ClassLoader contextClassLoader,
            Consumer<String> warning,
            StartProgress progress,
            SpoolPlaces places,
            Duration stallLimit) {
        this.reader = reader;
        this.contextClassLoader = contextClassLoader;
        this.warning = warning;
        this.progress = progress;
        this.places = places;
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
     * @param end ends the reading when it expires: the copy is then unavailable. It does not end the use
     * @throws RestoreRefusedException if the use throws it
     */
    <T> CopyResult<T> read(CatalogEntry.Authenticated copy, Deadline end, Use<T> use) throws InterruptedException {
        try {
            return new CopyResult.Used<>(use.apply(fetch(copy, end)));
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

    /** The same without an end: the reading lasts as long as bytes come. */
    <T> CopyResult<T> read(CatalogEntry.Authenticated copy, Use<T> use) throws InterruptedException {
        return read(copy, Deadline.after(Timeouts.TRANSFER), use);
    }

    /** Fetches and authenticates every byte; a second time if they are rejected, because a gateway may have failed. */
    private FetchedBackup fetch(CatalogEntry.Authenticated copy, Deadline end)
            throws IOException, InterruptedException {
        try {
            return fetchOnce(copy, end);
        } catch (UnreadableBackupException e) {
            return fetchOnce(copy, end);
        }
    }

    private FetchedBackup fetchOnce(CatalogEntry.Authenticated copy, Deadline end)
            throws IOException, InterruptedException {
        Spool sealed = fetchSealedBytes(copy, end);
        progress.step(
                Messages.authenticating(Messages.copy(copy.header(), copy.sink().name())));
        FetchedBackup fetched = authenticate(sealed, end);
        BackupHeader header = fetched.contents().header();
        if (!header.equals(copy.header())) {
            fetched.close();
            throw new UnreadableBackupException.DamagedPayload(
                    Messages.otherBackupCame(header.id(), copy.header().id()));
        }
        return fetched;
    }

    /**
     * Authenticates bytes that are in a spool already; closes the spool if they are not authentic.
     *
     * @throws IOException if the bytes cannot be read, or {@code end} expires
     */
    FetchedBackup authenticate(Spool spool, Deadline end) throws IOException {
        boolean isAuthentic = false;
        try {
            BackupReader.Contents contents = reader.verify(new EndingInput(spool.newStream(), end));
            isAuthentic = true;
            return new FetchedBackup(contents, spool, reader, warning);
        } finally {
            if (!isAuthentic) {
                spool.closeOrWarn(warning);
            }
        }
    }

    private Spool fetchSealedBytes(CatalogEntry.Authenticated copy, Deadline end)
            throws IOException, InterruptedException {
        if (end.isExpired()) {
            throw new IOException(Messages.READING_ENDED);
        }
        Spool spool = places.newSpool();
        Deadline.Controller transfer = end.controlledAtMost(Timeouts.TRANSFER);
        AtomicLong received = new AtomicLong();
        String name = Messages.copy(copy.header(), copy.sink().name());
        progress.step(() ->
                Messages.fetching(name, received.get(), copy.stored().hint().map(Hint::size)));
        Task<Void> task = Task.start("fetch-" + copy.sink().name(), contextClassLoader, () -> {
            transferTo(spool, copy, transfer.deadline(), received);
            return null;
        });
        boolean isComplete = false;
        try {
            awaitUnlessStalled(task, received, transfer.deadline());
            isComplete = true;
            return spool;
        } finally {
            if (!isComplete) {
                task.abandon();
                spool.closeOrWarn(warning);
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

    private void awaitUnlessStalled(Task<Void> task, AtomicLong received, Deadline transfer)
            throws IOException, InterruptedException {
        long before = -1;
        while (true) {
            try {
                task.await(transfer.atMost(stallLimit));
                return;
            } catch (ExecutionException e) {
                Throwable cause = Failures.cause(e);
                throw cause instanceof IOException input ? input : new IOException(Failures.describe(cause), cause);
            } catch (TimeoutException e) {
                if (transfer.isExpired()) {
                    throw new IOException(Messages.READING_ENDED);
                }
                if (received.get() == before) {
                    throw new IOException(Messages.transferStalled(stallLimit, before));
                }
                before = received.get();
            }
        }
    }

    /** A stream that fails once a deadline has expired. */
    private static final class EndingInput extends FilterInputStream {
        private final Deadline end;

        EndingInput(InputStream in, Deadline end) {
            super(in);
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            check();
            return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            check();
            return super.read(into, offset, length);
        }

        private void check() throws IOException {
            if (end.isExpired()) {
                throw new IOException(Messages.READING_ENDED);
            }
        }
    }
}
