package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.format.BackupWriter;
import io.gracefulbackup.internal.format.CipherWarmUp;
import io.gracefulbackup.internal.format.Compression;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.pointers.Receipt;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpoolPlaces;
import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The exit is always cold, so {@code install()} takes its path once in the background: the key is derived, native code and
 * classes are loaded, ciphers are compiled.
 */
final class WarmUp {
    private static final int SAMPLE = 64 << 10;
    private static final int SAMPLES = 64;

    private final Components components;

    WarmUp(Components components) {
        this.components = components;
    }

    /**
     * Warms up, and warns if the exit would take too long. What fails here would fail at the exit, when it is too late.
     *
     * @param stateBytes the size of the restored state
     * @param previous the receipt of the process before
     */
    void run(long stateBytes, Optional<Receipt> previous) {
        Duration timeout = components.config().timeout();
        OperatorLog log = components.log();
        try {
            checkTemporaryFile(stateBytes);
            long bytesPerSecond = sealSamples();
            Optional.ofNullable(previous.map(Receipt::ending).orElse(null))
                    .flatMap(last -> ExitForecast.afterStart(last, stateBytes, timeout))
                    .or(() -> ExitForecast.sealing(stateBytes, bytesPerSecond, timeout))
                    .ifPresent(log::warn);
        } catch (IOException | RuntimeException | Error failed) {
            log.error(Messages.noBackupPossible(Failures.describe(failed)));
        }
    }

    /** A state that is not known to be large needs no file. */
    private void checkTemporaryFile(long stateBytes) {
        SpoolPlaces.and(components.config().backupDirectory())
                .problem(stateBytes)
                .ifPresent(problem -> components
                        .log()
                        .warn(Messages.noTemporaryFile(Spool.MEMORY_LIMIT, Failures.describe(problem))));
    }

    /** Returns how many incompressible bytes are sealed in a second, once warm. */
    private long sealSamples() throws IOException {
        KeyRing keys = components.keys();
        keys.sealingKey();
        Compression.available();
        CipherWarmUp.run();
        try (Spool spool = new Spool();
                BackupWriter writer = new BackupWriter(
                        keys.sealingKey(), this::header, List.of(new BackupWriter.SectionSpec("warm-up", 1)), spool)) {
            byte[] sample = new byte[SAMPLE];
            new Random(SAMPLE).nextBytes(sample);
            OutputStream section = writer.nextSection();
            section.write(sample);
            long started = System.nanoTime();
            for (int i = 0; i < SAMPLES; i++) {
                section.write(sample);
            }
            long nanos = Math.max(1, System.nanoTime() - started);
            writer.finish();
            spool.sha256Hex();
            try (InputStream sealed = spool.newStream()) {
                sealed.transferTo(OutputStream.nullOutputStream());
            }
            return (long) ((double) SAMPLE * SAMPLES / nanos * TimeUnit.SECONDS.toNanos(1));
        }
    }

    private BackupHeader header(BackupId id) {
        return BackupHeader.builder(components.config().application(), id, new BackupVersion(0, 0))
                .build();
    }
}
