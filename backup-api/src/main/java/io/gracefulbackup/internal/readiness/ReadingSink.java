package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The sink of a rehearsal: keeps nothing, but opens every backup whole, as the next start would. For one rehearsal. */
final class ReadingSink implements BackupSink {
    private static final String NAME = "rehearsal";

    private final BackupReader reader;
    private volatile List<Section> read = List.of();

    ReadingSink(BackupReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        try (InputStream sealed = backup.newStream()) {
            read = reader.verify(sealed).sections();
        }
        return StoredBackup.stored(NAME, null, List.of());
    }

    /** The sections of the backup that could be opened; empty if none was. */
    List<Section> read() {
        return read;
    }

    @Override
    public Listing list(Deadline deadline) {
        return Listing.of(List.of());
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        throw new FileNotFoundException("A rehearsal keeps nothing");
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) {}

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepAll();
    }
}
