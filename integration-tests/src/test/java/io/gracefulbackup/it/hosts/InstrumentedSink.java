package io.gracefulbackup.it.hosts;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForwardingBackup;
import io.gracefulbackup.testkit.ForwardingSink;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real sink that reports its phases: when it is listed, while it reads the sealed bytes, and before it deletes. Keeps no lease,
 * so that no host waits for the lease of a host that was killed.
 */
final class InstrumentedSink extends ForwardingSink {
    private final FaultInjector injector;

    InstrumentedSink(BackupSink sink, FaultInjector injector) {
        super(sink);
        this.injector = injector;
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        if (!injector.isStarted()) {
            injector.enter(Phase.START_UP, name());
        }
        return super.list(deadline);
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return super.store(injector.isStarted() ? new InstrumentedBackup(backup) : backup, deadline);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        injector.enter(Phase.RETAIN, name());
        super.delete(backup, deadline);
    }

    /** The same backup, read in small pieces. */
    private final class InstrumentedBackup extends ForwardingBackup {
        /** Pinata's sink reads the bytes twice; the first time it only computes the CID. */
        private static final String READS_TWICE = "ipfs";

        private final AtomicInteger streams = new AtomicInteger();

        InstrumentedBackup(SealedBackup backup) {
            super(backup);
        }

        @Override
        public InputStream newStream() throws IOException {
            boolean isFirstOfTwo = streams.getAndIncrement() == 0 && name().equals(READS_TWICE);
            return isFirstOfTwo ? super.newStream() : new InstrumentedStream(super.newStream(), size());
        }
    }

    private final class InstrumentedStream extends InputStream {
        private static final int PIECE = 16 << 10;

        private final InputStream in;
        private final long size;
        private long left;

        InstrumentedStream(InputStream in, long size) {
            this.in = in;
            this.size = size;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left > 0 && left <= size / 2) {
                injector.enter(Phase.STORE, name());
            }
            int count = in.read(into, offset, Math.min(length, PIECE));
            if (count > 0) {
                left -= count;
                if (left == 0) {
                    injector.enter(Phase.VERIFY, name());
                }
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
