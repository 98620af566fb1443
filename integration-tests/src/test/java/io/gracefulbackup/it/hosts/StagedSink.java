package io.gracefulbackup.it.hosts;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForwardingBackup;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** A real sink whose phases are told: when it is asked, as it reads the sealed bytes, and when it is to delete. */
final class StagedSink extends UnleasedSink {
    private final Stage stage;

    StagedSink(BackupSink sink, Stage stage) {
        super(sink);
        this.stage = stage;
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        if (!stage.isStarted()) {
            stage.at(Phase.START_UP, name());
        }
        return super.list(deadline);
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return super.store(stage.isStarted() ? new Staged(backup) : backup, deadline);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        stage.at(Phase.RETAIN, name());
        super.delete(backup, deadline);
    }

    /** The same bytes, in small pieces. */
    private final class Staged extends ForwardingBackup {
        /** The first time that Pinata's sink reads them, it only computes the CID. */
        private static final String READS_TWICE = "ipfs";

        private final AtomicInteger streams = new AtomicInteger();

        Staged(SealedBackup backup) {
            super(backup);
        }

        @Override
        public InputStream newStream() throws IOException {
            boolean rehearsal = streams.getAndIncrement() == 0 && name().equals(READS_TWICE);
            return rehearsal ? super.newStream() : new Pieces(super.newStream(), size());
        }
    }

    private final class Pieces extends InputStream {
        private static final int PIECE = 16 << 10;

        private final InputStream in;
        private final long size;
        private long left;

        Pieces(InputStream in, long size) {
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
                stage.at(Phase.STORE, name());
            }
            int count = in.read(into, offset, Math.min(length, PIECE));
            if (count > 0) {
                left -= count;
                if (left == 0) {
                    stage.at(Phase.VERIFY, name());
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
