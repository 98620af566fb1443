package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/** A backup whose streams are not what they should be; all that it says of itself is. */
record AlteredBackup(SealedBackup backup, UnaryOperator<InputStream> alteration) implements SealedBackup {
    @Override
    public BackupHeader header() {
        return backup.header();
    }

    @Override
    public long size() {
        return backup.size();
    }

    @Override
    public String sha256() {
        return backup.sha256();
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
    public InputStream newStream() throws IOException {
        return alteration.apply(backup.newStream());
    }
}
