package io.gracefulbackup.testkit;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A sink in memory, for subclasses that break one promise. */
class BrokenSink extends ForwardingSink {
    final InMemorySink inner;

    BrokenSink(InMemorySink inner) {
        super(inner);
        this.inner = inner;
    }

    /** A backup with other bytes, whose size and digest are right for them. */
    static final class BackupWithBytes extends ForwardingBackup {
        private final byte[] bytes;

        BackupWithBytes(SealedBackup backup, byte[] bytes) {
            super(backup);
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public String sha256() {
            return Digests.sha256(bytes);
        }

        @Override
        public InputStream newStream() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** The backup with the bytes that its stream gives, whatever its digest says. */
    static SealedBackup withActualDigest(SealedBackup backup) throws IOException {
        try (InputStream in = backup.newStream()) {
            return new BackupWithBytes(backup, in.readAllBytes());
        }
    }

    final List<StoredBackup> entries(Deadline deadline) {
        return ((Listing.Listed) inner.list(deadline)).backups();
    }

    final void deleteAll(Deadline deadline) throws IOException {
        for (StoredBackup entry : entries(deadline)) {
            inner.delete(entry, deadline);
        }
    }
}
