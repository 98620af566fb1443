package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.format.BackupWriter;
import io.gracefulbackup.internal.format.CipherWarmUp;
import io.gracefulbackup.internal.format.Compression;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.spool.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The exit is always cold, so {@code install()} walks the whole path once in the background: key derived, native code and
 * classes loaded, ciphers compiled.
 */
final class WarmUp {
    private static final int SAMPLE = 64 << 10;
    private static final int SAMPLES = 64;

    private WarmUp() {}

    /** Returns how many bytes that do not compress are sealed in a second, once warm. */
    static long run(KeyRing keys, Lineage.Origin origin) throws IOException {
        keys.sealingKey();
        Compression.available();
        CipherWarmUp.run();
        Spool.checkTemporaryFile();
        try (Spool spool = new Spool();
                BackupWriter writer = new BackupWriter(
                        keys.sealingKey(),
                        id -> new BackupHeader(
                                origin.application(), id, 0, 0, null, List.of(), "", Instant.EPOCH, "", null, "", null),
                        List.of(new BackupWriter.SectionSpec("warm-up", 1)),
                        spool)) {
            byte[] sample = new byte[SAMPLE];
            new Random(SAMPLE).nextBytes(sample);
            OutputStream section = writer.nextSection();
            section.write(sample);
            long begun = System.nanoTime();
            for (int i = 0; i < SAMPLES; i++) {
                section.write(sample);
            }
            long nanos = Math.max(1, System.nanoTime() - begun);
            writer.finish();
            spool.sha256Hex();
            try (InputStream sealed = spool.newStream()) {
                sealed.transferTo(OutputStream.nullOutputStream());
            }
            return (long) ((double) SAMPLE * SAMPLES / nanos * TimeUnit.SECONDS.toNanos(1));
        }
    }
}
