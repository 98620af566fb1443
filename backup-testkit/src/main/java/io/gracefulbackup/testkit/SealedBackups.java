package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.testkit.internal.LoneProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes real sealed backups, and reads them: the library itself, with a random state, for one application and one key.
 * Each backup descends from the one before. They lie in temporary files until {@link #close()}.
 *
 * <p>Safe for use by several threads.
 */
public final class SealedBackups implements AutoCloseable {
    /** Sealing adds a header, padded to 4 KiB, and some hundred bytes; where to begin to look for an exact size. */
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
        backup = LoneProvider.install(
                GracefulShutdown.builder()
                        .application(application)
                        .setting("SECRET_KEY", secretKey)
                        .setting("BACKUP_START", "auto")
                        .timeout(TIMEOUT)
                        .source(StateSource.of("random", this::writeState, in -> {})),
                provider());
    }

    /**
     * Begins a line of backups of its own.
     *
     * @param application the setting {@code BACKUP_APP}
     * @param secretKey the setting {@code SECRET_KEY}, at least 16 characters
     * @throws IOException if there is no room for temporary files
     */
    public static SealedBackups of(String application, String secretKey) throws IOException {
        return new SealedBackups(application, secretKey);
    }

    /** The next backup, of a state of that many random bytes. */
    public synchronized SealedBackup next(long bytesOfState) {
        stateBytes = bytesOfState;
        BackupReport report = backup.backupNow("Contract backup");
        if (!report.isStored()) {
            throw new IllegalStateException("No backup was sealed: "
                    + report.failureReason().orElse(report.sinks().toString()));
        }
        return captured.last();
    }

    /**
     * The next backup of exactly that many sealed bytes.
     *
     * @param sealedBytes 9,000 or more: sealing alone adds about half of that
     */
    public synchronized SealedBackup ofSize(long sealedBytes) {
        if (sealedBytes < 2 * USUAL_OVERHEAD) {
            throw new IllegalArgumentException("A sealed backup of " + sealedBytes
                    + " bytes was asked for; the header alone takes " + USUAL_OVERHEAD);
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
        throw new IllegalStateException("No state was found whose sealed backup has exactly " + sealedBytes
                + " bytes; sealing makes no backup of that size");
    }

    /** What the library offers to a sink of this application, but with these settings, which are secrets as well. */
    public TestSinkContext context(Map<String, String> settings) {
        return TestSinkContext.of(Objects.requireNonNull(context.get()), settings);
    }

    /** Removes the backups. */
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
