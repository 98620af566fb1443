package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.testkit.internal.OtherProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes real sealed backups, and reads them: the library itself does both, for one application and one key, with a random
 * state. Each backup is the child of the one before. The backups are temporary files until {@link #close()}.
 *
 * <p>Deriving the key takes time and 64 MiB of heap, so tests should share an instance.
 *
 * <p>Safe for use by several threads.
 */
public final class SealedBackups implements AutoCloseable {
    /** Sealing adds a header, padded to 4 KiB, and some hundred bytes: where the search for an exact size begins. */
    private static final long USUAL_OVERHEAD = 4500;

    private static final int MOST_ATTEMPTS = 30;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final SplittableRandom random = new SplittableRandom();
    private final AtomicReference<SinkContext> context = new AtomicReference<>();
    private final CapturingSink captured;
    private final GracefulShutdown backup;
    private long stateBytes;

    private SealedBackups(String application, String secretKey) throws IOException {
        captured = new CapturingSink();
        backup = OtherProcess.install(GracefulShutdown.builder()
                .isolated()
                .provider(provider())
                .application(application)
                .setting("SECRET_KEY", secretKey)
                .setting("BACKUP_START", "auto")
                .timeout(TIMEOUT)
                .source(StateSource.of("random", this::writeState, in -> {})));
    }

    /**
     * Begins a new line of backups.
     *
     * @param application the setting {@code BACKUP_APP}
     * @param secretKey the setting {@code SECRET_KEY}, at least 16 characters
     * @throws IOException if the temporary files cannot be created
     */
    public static SealedBackups of(String application, String secretKey) throws IOException {
        return new SealedBackups(application, secretKey);
    }

    /**
     * Makes the next backup.
     *
     * @param bytesOfState the size of the state, which consists of random bytes
     */
    public synchronized SealedBackup next(long bytesOfState) {
        stateBytes = bytesOfState;
        BackupReport report = backup.backupNow("Contract backup");
        if (!report.isStored()) {
            throw new IllegalStateException("No backup was sealed: "
                    + report.failure().orElse(report.sinks().toString()));
        }
        return captured.last();
    }

    /**
     * Makes the next backup, with an exact size. The backups made on the way to that size are its ancestors, and are deleted.
     *
     * @param sealedBytes the size; 9,000 or more, since sealing alone adds about half of that
     * @throws IllegalArgumentException if it is less
     */
    public synchronized SealedBackup ofSize(long sealedBytes) {
        if (sealedBytes < 2 * USUAL_OVERHEAD) {
            throw new IllegalArgumentException("A sealed backup cannot have " + sealedBytes + " bytes; ask for "
                    + 2 * USUAL_OVERHEAD + " or more");
        }
        long state = sealedBytes - USUAL_OVERHEAD;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            SealedBackup made = next(state);
            if (made.size() == sealedBytes) {
                return made;
            }
            state += sealedBytes - made.size();
            captured.forget(made);
        }
        throw new IllegalStateException("No state was found whose sealed backup has exactly " + sealedBytes + " bytes");
    }

    /**
     * What the library offers to a sink of this application, with other settings. Inspections are the library's own; warnings
     * are recorded and logged.
     *
     * @param settings the settings and secrets, by name; nothing comes from the environment
     */
    public TestSinkContext context(Map<String, String> settings) {
        return TestSinkContext.of(Objects.requireNonNull(context.get()), settings);
    }

    /** Deletes the temporary files. */
    @Override
    public void close() throws IOException {
        backup.uninstall();
        captured.removeAll();
    }

    private BackupSinkProvider provider() {
        return new BackupSinkProvider() {
            @Override
            public String name() {
                return captured.name();
            }

            @Override
            public Set<String> settings() {
                return Set.of();
            }

            @Override
            public Opening open(SinkContext given) {
                context.set(given);
                return new Opening.Configured(captured);
            }
        };
    }

    private void writeState(OutputStream out) throws IOException {
        byte[] piece = new byte[64 << 10];
        for (long left = stateBytes; left > 0; left -= piece.length) {
            random.nextBytes(piece);
            out.write(piece, 0, (int) Math.min(left, piece.length));
        }
    }
}
