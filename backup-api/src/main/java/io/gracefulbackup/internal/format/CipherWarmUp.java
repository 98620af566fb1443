package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * Makes the JVM compile AES-GCM and SHA-256, and load all other classes that sealing needs, ahead of time. The code would
 * be cold at every exit, and sealing would run at a tenth of its speed throughout.
 */
public final class CipherWarmUp {
    private static final int ROUNDS = 5_000;
    private static final int BYTES = 1024;

    private CipherWarmUp() {}

    /** Warms up. Takes about 300 ms in a fresh JVM; run it on a background thread. */
    public static void run() {
        try {
            compile();
            seal();
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("Only opening can find a bad tag", e);
        } catch (IOException e) {
            throw new UncheckedIOException("A null stream never fails", e);
        }
    }

    private static void compile() throws AEADBadTagException {
        SegmentCipher cipher = SegmentCipher.sealing(throwAwayKey());
        ContentDigest digest = new ContentDigest(List.of());
        byte[] plain = new byte[BYTES];
        byte[] sealed = new byte[BYTES + SegmentCipher.TAG_BYTES];
        for (int round = 0; round < ROUNDS; round++) {
            cipher.next(false, plain, BYTES, sealed);
            digest.update(sealed, 0, BYTES);
        }
    }

    /** Loads all classes that sealing needs, those of other libraries among them. Compiles nothing, so it takes less time. */
    public static void loadClasses() throws IOException {
        KeyDerivation.loadClasses();
        seal();
    }

    private static void seal() throws IOException {
        RootKey root = new RootKey(throwAwayKey(), new byte[KeyDerivation.SALT_BYTES], false);
        List<SectionSpec> sections = List.of(new SectionSpec("warm-up", 1));
        try (BackupWriter writer =
                new BackupWriter(root, CipherWarmUp::header, sections, OutputStream.nullOutputStream())) {
            writer.nextSection().write(new byte[2 * SegmentCipher.PLAIN_BYTES]);
            writer.finish();
        }
    }

    private static BackupHeader header(BackupId id) {
        return BackupHeader.builder("", id, new BackupVersion(0, 0))
                .parent(id)
                .ancestors(List.of(id))
                .site("")
                .choices(List.of(new Choice("", new BackupVersion(0, 0))))
                .build();
    }

    private static byte[] throwAwayKey() {
        byte[] key = new byte[KeyDerivation.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
