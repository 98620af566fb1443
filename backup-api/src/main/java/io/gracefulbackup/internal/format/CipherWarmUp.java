package io.gracefulbackup.internal.format;

import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;

/**
 * Makes the JVM compile AES-GCM before it is needed: an exit is always cold, and sealing would crawl at a twentieth of
 * its speed for all of it.
 */
public final class CipherWarmUp {
    private static final int ROUNDS = 5_000;
    private static final int BYTES = 1024;

    private CipherWarmUp() {}

    /** Takes about 90 ms; meant for a thread in the background. */
    public static void run() {
        byte[] key = new byte[KeyDerivation.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        SegmentCipher cipher = SegmentCipher.sealing(key);
        byte[] plain = new byte[BYTES];
        byte[] sealed = new byte[BYTES + SegmentCipher.TAG_BYTES];
        try {
            for (int round = 0; round < ROUNDS; round++) {
                cipher.next(false, plain, BYTES, sealed);
            }
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("Only opening can find a bad tag", e);
        }
    }
}
