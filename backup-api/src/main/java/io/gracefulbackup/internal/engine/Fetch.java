package io.gracefulbackup.internal.engine;

import io.gracefulbackup.internal.engine.Answer.Copy;
import io.gracefulbackup.spi.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Brings a copy's sealed bytes into a spool. Has no deadline but a stall limit: a large backup may take its time. */
final class Fetch {
    private static final Duration LONGEST = Duration.ofDays(7);

    private final Duration stallLimit;
    private final ClassLoader contextClassLoader;

    Fetch(Duration stallLimit, ClassLoader contextClassLoader) {
        this.stallLimit = stallLimit;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * Fetches every byte.
     *
     * @throws IOException if the bytes could not be had, or the spool could not hold them; nothing is said about them
     */
    Spool fetch(Copy copy) throws IOException, InterruptedException {
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

    private static void copyAll(Copy copy, Deadline transfer, Spool spool, AtomicLong progress) throws IOException {
        byte[] buffer = new byte[64 << 10];
        try (InputStream sealed = copy.sink().open(copy.entry(), transfer)) {
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
                task.await(Deadline.after(stallLimit));
                return;
            } catch (ExecutionException failed) {
                Throwable cause = Drain.cause(failed);
                throw cause instanceof IOException input ? input : new IOException(Failures.describe(cause), cause);
            } catch (TimeoutException stillAtIt) {
                if (progress.get() == seen) {
                    throw new IOException(
                            "No byte came for " + stallLimit.toSeconds() + " s, after " + seen + " bytes");
                }
                seen = progress.get();
            }
        }
    }
}
