package io.gracefulbackup.examples.registry;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A handle whose gate is controlled by the test, and whose backups are stored nowhere. */
final class StubBackupHandle implements BackupHandle {
    static final BackupId ID = new BackupId("0123456789abcdef0123456789abcdef");

    /** Runs when a change has passed the gate. */
    volatile Runnable onWrite = () -> {};

    volatile boolean closed;
    /** Whether another instance owns the state. */
    volatile boolean inStandby;

    volatile boolean restored;
    volatile SinkResult file = new SinkResult.Stored("file", "blocks/x", 7, Duration.ZERO);
    private volatile BackupReport last;

    @Override
    public <T> T write(StateAction<T, RuntimeException> action) {
        requireState();
        onWrite.run();
        T result = action.run();
        if (closed) {
            throw new NotAcknowledgedException("The application is stopping");
        }
        return result;
    }

    @Override
    public <T> T read(StateAction<T, RuntimeException> action) {
        requireState();
        return action.run();
    }

    private void requireState() {
        if (inStandby) {
            throw new NotAcknowledgedException("Another instance has the state");
        }
    }

    @Override
    public BackupReport backupNow(String name) {
        SinkResult ipfs = new SinkResult.Skipped("ipfs", "not configured");
        last = BackupReport.builder(name)
                .id(ID)
                .sealed(7, 5, "")
                .sinks(List.of(file, ipfs))
                .took(Duration.ofMillis(3))
                .build();
        return last;
    }

    @Override
    public BackupStatus status() {
        BackupStatus.State state = closed
                ? BackupStatus.State.STOPPING
                : inStandby ? BackupStatus.State.STANDBY : BackupStatus.State.ACTIVE;
        return new BackupStatus(
                state,
                state.name(),
                restored
                        ? new RestoreReport(
                                RestoreReport.Outcome.RESTORED, header(), "file", List.of(), null, Duration.ZERO)
                        : new RestoreReport(RestoreReport.Outcome.EMPTY, null, null, List.of(), null, Duration.ZERO),
                last,
                7,
                List.of());
    }

    private static BackupHeader header() {
        Instant created = Instant.parse("2026-01-14T15:30:45Z");
        return BackupHeader.builder("blockchain", ID, new BackupVersion(0, 1))
                .name("name")
                .createdAt(created)
                .reason("SIGTERM")
                .instance("i")
                .build();
    }
}
