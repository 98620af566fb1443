package io.gracefulbackup.examples.registry;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.WriteAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A gate that opens and closes by hand, and a backup that goes nowhere. */
final class StubBackupHandle implements BackupHandle {
    static final BackupId ID = new BackupId("0123456789abcdef0123456789abcdef");

    /** Runs when the gate lets a change in. */
    volatile Runnable onWrite = () -> {};

    volatile boolean closed;
    /** Another instance has the state. */
    volatile boolean elsewhere;

    volatile boolean restored;
    volatile SinkResult file = new SinkResult.Stored("file", "blocks/x", 7, Duration.ZERO);
    private volatile BackupReport last;

    @Override
    public <T> T write(WriteAction<T, RuntimeException> action) {
        requireState();
        onWrite.run();
        T result = action.run();
        if (closed) {
            throw new NotAcknowledgedException("The application is stopping");
        }
        return result;
    }

    @Override
    public <T> T read(WriteAction<T, RuntimeException> action) {
        requireState();
        return action.run();
    }

    private void requireState() {
        if (elsewhere) {
            throw new NotAcknowledgedException("Another instance has the state");
        }
    }

    @Override
    public BackupReport backupNow(String name) {
        SinkResult ipfs = new SinkResult.Skipped("ipfs", "not configured");
        last = new BackupReport(
                name, null, ID, 7, 5, "", Duration.ZERO, List.of(file, ipfs), null, Duration.ofMillis(3));
        return last;
    }

    @Override
    public BackupStatus status() {
        return new BackupStatus(
                closed
                        ? BackupStatus.State.STOPPING
                        : elsewhere ? BackupStatus.State.STANDBY : BackupStatus.State.ACTIVE,
                restored
                        ? new RestoreReport(
                                RestoreReport.Outcome.RESTORED, header(), "file", List.of(), null, Duration.ZERO)
                        : new RestoreReport(RestoreReport.Outcome.EMPTY, null, null, List.of(), null, Duration.ZERO),
                last,
                7);
    }

    private static BackupHeader header() {
        Instant created = Instant.parse("2026-01-14T15:30:45Z");
        return new BackupHeader("blockchain", ID, 0, 1, null, List.of(), "name", created, "SIGTERM", null, "i", null);
    }
}
