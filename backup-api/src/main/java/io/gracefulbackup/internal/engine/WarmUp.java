package io.gracefulbackup.internal.engine;

import io.gracefulbackup.internal.format.BackupWriter;
import io.gracefulbackup.internal.format.CipherWarmUp;
import io.gracefulbackup.internal.format.Compression;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.spi.BackupHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/**
 * The exit is always cold, so {@code install()} walks the whole path once in the background: key derived, native code and
 * classes loaded, ciphers compiled.
 */
final class WarmUp {
    private static final byte[] SAMPLE = new byte[64 << 10];

    private WarmUp() {}

    static void run(KeyRing keys, Lineage.Origin origin) throws IOException {
        keys.sealingKey();
        Compression.available();
        CipherWarmUp.run();
        Spool.checkPlace();
        try (Spool spool = new Spool();
                BackupWriter writer = new BackupWriter(
                        keys.sealingKey(),
                        id -> new BackupHeader(
                                origin.application(), id, 0, 0, null, List.of(), "", Instant.EPOCH, "", null, "", null),
                        List.of(new BackupWriter.SectionSpec("warm-up", 1)),
                        spool)) {
            writer.nextSection().write(SAMPLE);
            writer.finish();
            spool.sha256Hex();
            try (InputStream sealed = spool.newStream()) {
                sealed.transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}
