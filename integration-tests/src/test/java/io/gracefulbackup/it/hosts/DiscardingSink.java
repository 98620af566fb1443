package io.gracefulbackup.it.hosts;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A sink that stores nothing and misbehaves, as configured, the first time it is to store. */
final class DiscardingSink implements BackupSink {
    private static final CountDownLatch STORING = new CountDownLatch(1);

    private final InjectedBehaviour first;
    private final AtomicInteger stores = new AtomicInteger();

    DiscardingSink(InjectedBehaviour first) {
        this.first = first;
    }

    /** Waits until a backup is being stored: its snapshot has ended. */
    static void awaitStoring() throws InterruptedException {
        STORING.await();
    }

    @Override
    public String name() {
        return "discarding";
    }

    @Override
    public String title() {
        return "Discarding";
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        STORING.countDown();
        if (stores.getAndIncrement() == 0) {
            first.apply("sink");
        }
        return StoredBackup.stored("nowhere", null, List.of("✅ Discarding backup saved"));
    }

    @Override
    public Listing list(Deadline deadline) {
        return Listing.of(List.of());
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) {
        return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) {}

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepAll();
    }
}
