package io.gracefulbackup.internal.install;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.ResemblanceCheck;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Looks for backups that only a previous key opens, so that the operator knows when to unset {@code SECRET_KEY_PREVIOUS}. */
public final class PreviousKeyCheck {
    private final BackupReader reader;

    public PreviousKeyCheck(BackupReader reader) {
        this.reader = reader;
    }

    /** The line for the operator. Opens every backup of every sink. */
    public String report(List<BackupSink> sinks, Deadline deadline) {
        List<String> older = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (BackupSink sink : sinks) {
            try {
                int count = count(sink, deadline);
                if (count > 0) {
                    older.add(count + " in " + sink.name());
                }
            } catch (IOException | RuntimeException failed) {
                unknown.add(sink.name() + " (" + Failures.describe(failed) + ")");
            }
        }
        if (!older.isEmpty()) {
            return Messages.previousKeyNeeded(older);
        }
        return unknown.isEmpty() ? Messages.PREVIOUS_KEY_NOT_NEEDED : Messages.previousKeyUnknown(unknown);
    }

    private int count(BackupSink sink, Deadline deadline) throws IOException {
        if (!(sink.list(deadline) instanceof Listing.Listed listed)) {
            throw new IOException("it cannot be listed");
        }
        int older = 0;
        for (StoredBackup entry : listed.backups()) {
            older += isOlder(sink, entry, deadline) ? 1 : 0;
        }
        return older;
    }

    private boolean isOlder(BackupSink sink, StoredBackup entry, Deadline deadline) throws IOException {
        try (InputStream sealed = sink.open(entry, deadline)) {
            return !ResemblanceCheck.read(sealed, reader::isUnderCurrentKey);
        } catch (UnreadableBackupException e) {
            return false;
        }
    }
}
