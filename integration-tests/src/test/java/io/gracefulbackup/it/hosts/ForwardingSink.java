package io.gracefulbackup.it.hosts;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;

/** Another sink, to be watched at its work. */
public abstract class ForwardingSink implements BackupSink {
    /** The other sink. */
    protected final BackupSink sink;

    /** In front of that sink. */
    protected ForwardingSink(BackupSink sink) {
        this.sink = sink;
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
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return sink.store(backup, deadline);
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        return sink.list(deadline);
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
        try {
            sink.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
