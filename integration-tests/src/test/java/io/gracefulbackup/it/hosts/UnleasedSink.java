package io.gracefulbackup.it.hosts;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.testkit.ForwardingSink;
import java.time.Duration;
import java.util.Optional;

/** A wrapper of a real sink that offers no lease, so that no host waits for the lease of a host that was killed. */
public abstract class UnleasedSink extends ForwardingSink {
    /** Wraps a sink. */
    protected UnleasedSink(BackupSink sink) {
        super(sink);
    }

    @Override
    public final Optional<Lease> lease(String instance, Duration term) {
        return Optional.empty();
    }
}
