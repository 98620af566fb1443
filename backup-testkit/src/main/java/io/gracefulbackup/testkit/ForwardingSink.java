package io.gracefulbackup.testkit;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseProvider;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/**
 * A sink that passes every call on to another one. A test overrides the methods that it wants to watch or to break.
 *
 * <p>Methods of {@link BackupSink} with a default implementation are passed on as well. The lease of a sink that keeps one is
 * passed on by {@link #withLease}. Safe for use by several threads if the subclass is.
 */
public abstract class ForwardingSink implements BackupSink {
    private final BackupSink sink;

    /**
     * Wraps a sink.
     *
     * @param sink receives every call that the subclass does not override
     */
    protected ForwardingSink(BackupSink sink) {
        this.sink = sink;
    }

    /**
     * Passes on the lease of the wrapped sink, such as that of PostgreSQL, by which overlapping instances take turns. Without
     * this call a wrapper keeps no lease, as for an application of which only one instance runs.
     *
     * @param wrapper the wrapper of a sink
     * @return a sink that passes every call on to the wrapper and keeps the lease of the wrapped sink; the wrapper itself if
     *     the wrapped sink keeps no lease
     */
    public static BackupSink withLease(ForwardingSink wrapper) {
        return wrapper.sink instanceof LeaseProvider provider ? new Leased(wrapper, provider) : wrapper;
    }

    private static final class Leased extends ForwardingSink implements LeaseProvider {
        private final LeaseProvider provider;

        Leased(ForwardingSink wrapper, LeaseProvider provider) {
            super(wrapper);
            this.provider = provider;
        }

        @Override
        public Lease lease(String instance, Duration term) {
            return provider.lease(instance, term);
        }
    }

    @Override
    public String name() {
        return sink.name();
    }

    @Override
    public String title() {
        return sink.title();
    }

    @Override
    public String place() {
        return sink.place();
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return sink.store(backup, deadline);
    }

    @Override
    public void probe(Deadline deadline) throws IOException {
        sink.probe(deadline);
    }

    @Override
    public void prepare(Deadline deadline) throws IOException {
        sink.prepare(deadline);
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        return sink.list(deadline);
    }

    @Override
    public List<StoredBackup> listOthers(Deadline deadline) throws IOException {
        return sink.listOthers(deadline);
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        return sink.open(backup, deadline);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        sink.delete(backup, deadline);
    }

    @Override
    public boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
        return sink.protect(backup, isProtected, deadline);
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return sink.defaultRetention();
    }

    @Override
    public boolean outlivesInstance() {
        return sink.outlivesInstance();
    }

    @Override
    public String detectedLine() {
        return sink.detectedLine();
    }

    @Override
    public void close() {
        sink.close();
    }

    /** The text of the wrapped sink. */
    @Override
    public String toString() {
        return sink.toString();
    }
}
