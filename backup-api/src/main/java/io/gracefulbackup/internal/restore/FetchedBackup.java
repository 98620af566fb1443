package io.gracefulbackup.internal.restore;

import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** A backup that lies in a spool, every byte authenticated. Closing it frees the spool; a failure of that is only logged. */
final class FetchedBackup implements AutoCloseable {
    private final Contents contents;
    private final Spool spool;
    private final BackupReader reader;
    private final Consumer<String> warning;

    FetchedBackup(Contents contents, Spool spool, BackupReader reader, Consumer<String> warning) {
        this.contents = contents;
        this.spool = spool;
        this.reader = reader;
        this.warning = warning;
    }

    Contents contents() {
        return contents;
    }

    /** The same sealed bytes, to be stored in another sink. For one call only. */
    SpooledBackup sealed() {
        return new SpooledBackup(
                contents.header(),
                spool.size(),
                spool.sha256Hex(),
                contents.contentDigest(),
                contents.sections(),
                Duration.ZERO,
                spool);
    }

    /** Hands every section to its source. */
    void applyTo(SourceBinder sources) throws IOException {
        sources.apply(contents, handler -> reader.restore(spool.newStream(), contents, handler));
    }

    @Override
    public void close() {
        spool.closeOrWarn(warning);
    }
}
