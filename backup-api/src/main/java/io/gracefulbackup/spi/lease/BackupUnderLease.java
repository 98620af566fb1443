package io.gracefulbackup.spi.lease;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.InputStream;

/** Adds a fence to a backup; everything else is passed on. */
record BackupUnderLease(SealedBackup backup, Fence fence) implements FencedBackup {
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
        return backup.newStream();
    }

    @Override
    public String toString() {
        return backup.toString();
    }
}
