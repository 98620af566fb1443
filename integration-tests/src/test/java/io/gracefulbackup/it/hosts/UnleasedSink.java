package io.gracefulbackup.it.hosts;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.testkit.ForwardingSink;
import java.time.Duration;
import java.util.Optional;

/** A real sink to be watched at its work. Offers no lease, so that no host waits for one that was killed. */
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
