package io.gracefulbackup.internal.restore;

import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import java.io.IOException;
import java.time.Duration;

/** A backup whose every byte has been authenticated and lies in a spool. Closing it frees the spool. */
final class FetchedBackup implements AutoCloseable {
    private final Contents contents;
    private final Spool spool;
    private final BackupReader reader;

    FetchedBackup(Contents contents, Spool spool, BackupReader reader) {
        this.contents = contents;
        this.spool = spool;
        this.reader = reader;
    }

    Contents contents() {
        return contents;
    }

    /** The same bytes, for another sink. Of use once. */
    SpooledBackup sealed() {
        return new SpooledBackup(
                contents.header(),
                spool.size(),
                spool.sha256Hex(),
                contents.contentDigest(),
                contents.stateBytes(),
                Duration.ZERO,
                null,
                spool);
    }

    /** Hands every section to its source. */
    void applyTo(SourceBinder sections) throws IOException {
        sections.apply(contents, handler -> reader.restore(spool.newStream(), contents, handler));
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
