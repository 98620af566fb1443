package io.gracefulbackup.internal.engine;

import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Deadline;
import io.gracefulbackup.spi.Lease;
import io.gracefulbackup.spi.LeaseAnswer;
import io.gracefulbackup.spi.LeaseRow;
import io.gracefulbackup.spi.LeaseStep;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A sink in memory that also keeps a lease: what PostgreSQL does, without a server. */
final class LeaseSink implements BackupSink {
    final MemorySink backups = new MemorySink("leased");
    MemorySink.Failing step = () -> {};
    private @Nullable LeaseRow row;
    private long expiresAt;

    @Override
    public String name() {
        return backups.name();
    }

    @Override
    public synchronized StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        StoredBackup stored = backups.store(backup, deadline);
        boolean isFork = backup.fence()
                .filter(fence -> row == null || !row.isHeldBy(fence.holder(), fence.epoch()))
                .isPresent();
        return isFork ? stored.asFork() : stored;
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        return backups.list(deadline);
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        return backups.open(backup, deadline);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) {
        backups.delete(backup, deadline);
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return backups.defaultRetention();
    }

    @Override
    public Optional<Lease> lease(String instance, Duration term) {
        return Optional.of(new Lease() {
            @Override
            public LeaseAnswer take(LeaseStep step, Deadline deadline) throws IOException {
                return taken(step, instance, term);
            }

            @Override
            public void close() {}
        });
    }

    /** The row as anybody sees it now. */
    synchronized Optional<LeaseRow> row() {
        return Optional.ofNullable(seen());
    }

    private synchronized LeaseAnswer taken(LeaseStep wanted, String instance, Duration term) throws IOException {
        step.check();
        LeaseAnswer answer = wanted.on(seen(), instance);
        if (answer.done()) {
            row = answer.row();
            if (!(wanted instanceof LeaseStep.Request
                    || wanted instanceof LeaseStep.Withdraw
                    || wanted instanceof LeaseStep.Decline)) {
                expiresAt = System.nanoTime() + term.toNanos();
            }
        }
        return answer;
    }

    private @Nullable LeaseRow seen() {
        LeaseRow kept = row;
        return kept == null
                ? null
                : new LeaseRow(
                        kept.epoch(),
                        kept.holder(),
                        kept.site(),
                        kept.active(),
                        kept.beat(),
                        System.nanoTime() - expiresAt >= 0,
                        kept.want(),
                        kept.offer(),
                        kept.finalId(),
                        kept.refusal());
    }
}
