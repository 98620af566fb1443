package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** A sink that lists the entries of another one with wrong hints: only the locations are true. */
final class WrongHintsSink extends ForwardingSink {
    private static final long REVERSED = 1000;

    WrongHintsSink(BackupSink sink) {
        super(sink);
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        Listing listing = super.list(deadline);
        if (!(listing instanceof Listing.Listed listed)) {
            return listing;
        }
        List<StoredBackup> entries = new ArrayList<>(listed.backups());
        Collections.shuffle(entries);
        entries.replaceAll(entry -> StoredBackup.at(
                entry.location(), entry.hint().map(WrongHintsSink::wrong).orElse(null)));
        return Listing.of(entries);
    }

    /** A hint that calls the oldest backup the newest, under an id that no backup has. */
    private static Hint wrong(Hint hint) {
        BackupId unknown = new BackupId(UUID.randomUUID().toString().replace("-", ""));
        return new Hint(unknown, hint.epoch(), REVERSED - hint.sequence(), hint.size() + 1, Instant.EPOCH);
    }
}
