package io.gracefulbackup.internal.engine;

import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.SealedBackup;
import java.io.InputStream;
import java.time.Duration;

/** A backup in the spool. */
record Sealed(
        BackupHeader header,
        long size,
        String sha256,
        String contentDigest,
        long stateBytes,
        Duration lockHeld,
        Spool spool)
        implements SealedBackup {

    @Override
    public InputStream newStream() {
        return spool.newStream();
    }

    @Override
    public String toString() {
        return "SealedBackup[" + header.id() + ", " + size + " bytes]";
    }
}
