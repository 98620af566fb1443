package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupHeader;
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

/** A sink in memory to be broken in one place. */
class Forwarding implements BackupSink {
    final InMemorySink inner;

    Forwarding(InMemorySink inner) {
        this.inner = inner;
    }

    /** Whatever the bytes are, their digest is the right one. */
    static final class Believed implements SealedBackup {
        private final SealedBackup backup;
        private final byte[] bytes;

        Believed(SealedBackup backup, byte[] bytes) {
            this.backup = backup;
            this.bytes = bytes;
        }

        @Override
        public BackupHeader header() {
            return backup.header();
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
        public String contentDigest() {
            return backup.contentDigest();
        }

        @Override
        public long stateBytes() {
            return backup.stateBytes();
        }

        @Override
        public InputStream newStream() {
            return new ByteArrayInputStream(bytes);
        }
    }

    static SealedBackup believed(SealedBackup backup) throws IOException {
        try (InputStream in = backup.newStream()) {
            return new Believed(backup, in.readAllBytes());
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

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return inner.store(backup, deadline);
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        return inner.list(deadline);
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        return inner.open(backup, deadline);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        inner.delete(backup, deadline);
    }

    @Override
    public boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
        return inner.protect(backup, isProtected, deadline);
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return inner.defaultRetention();
    }
}
