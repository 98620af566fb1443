package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Another sink with a catalogue that is wrong in everything but the locations. */
record LyingSink(BackupSink sink) implements BackupSink {
    private static final long REVERSED = 1000;

    @Override
    public String name() {
        return sink.name();
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        return sink.store(backup, deadline);
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        Listing listing = sink.list(deadline);
        if (!(listing instanceof Listing.Listed listed)) {
            return listing;
        }
        List<StoredBackup> entries = new ArrayList<>(listed.backups());
        Collections.shuffle(entries);
        entries.replaceAll(entry -> StoredBackup.at(
                entry.location(), entry.hinted().map(LyingSink::lie).orElse(null)));
        return Listing.of(entries);
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
    public void close() {
        SinkFixture.close(sink);
    }

    /** The oldest is called the newest, under the name of a backup that never was. */
    private static Hint lie(Hint truth) {
        BackupId nobody = new BackupId(UUID.randomUUID().toString().replace("-", ""));
        return new Hint(nobody, truth.epoch(), REVERSED - truth.sequence(), truth.size() + 1, Instant.EPOCH);
    }
}
