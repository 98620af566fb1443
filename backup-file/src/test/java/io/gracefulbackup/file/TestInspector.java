package io.gracefulbackup.file;

import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.testkit.TestSinkContext.Inspector;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads synthetic backups, counts how often, and fails when a test wants it. */
final class TestInspector implements Inspector {
    /** One permit for each inspection of a whole file that has ended. */
    final Semaphore inspections = new Semaphore(0);

    final AtomicBoolean failsToRead = new AtomicBoolean();

    @Override
    public Inspection inspect(InputStream sealed) throws IOException {
        failIfWanted();
        Inspection inspection = forThisApplication(SyntheticBackup.INSPECTOR.inspect(sealed));
        inspections.release();
        return inspection;
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) throws IOException {
        failIfWanted();
        return forThisApplication(SyntheticBackup.INSPECTOR.inspectHeader(sealed));
    }

    private static Inspection forThisApplication(Inspection found) {
        return found instanceof Inspection.Intact intact
                        && !intact.header().application().equals(SyntheticBackup.APPLICATION)
                ? new Inspection.OtherApplication(intact.header())
                : found;
    }

    private void failIfWanted() throws IOException {
        if (failsToRead.get()) {
            throw new IOException("Input/output error");
        }
    }
}
