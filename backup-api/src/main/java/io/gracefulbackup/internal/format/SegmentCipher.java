package io.gracefulbackup.internal.format;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** AES-256-GCM with a counter as nonce: 11 bytes of counter, then one byte that is 1 for the last segment and 0 otherwise. */
final class SegmentCipher {
    /** 64 KiB: with larger segments a cold JVM runs interpreted code twenty times longer. */
    static final int PLAIN_BYTES = 64 * 1024;

    static final int TAG_BYTES = 16;
    static final int SEALED_BYTES = PLAIN_BYTES + TAG_BYTES;
    private static final int NONCE_BYTES = 12;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final int mode;
    private long counter;

    private SegmentCipher(byte[] key, int mode) {
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
        this.key = new SecretKeySpec(key, "AES");
        this.mode = mode;
        Arrays.fill(key, (byte) 0);
    }

    /** Erases the given array of the key. */
    static SegmentCipher sealing(byte[] key) {
        return new SegmentCipher(key, Cipher.ENCRYPT_MODE);
    }

    /** Erases the given array of the key. */
    static SegmentCipher opening(byte[] key) {
        return new SegmentCipher(key, Cipher.DECRYPT_MODE);
    }

    /**
     * Seals or opens the next segment; returns the number of bytes written to {@code out}.
     *
     * @throws AEADBadTagException if it does not authenticate
     */
    int next(boolean last, byte[] in, int length, byte[] out) throws AEADBadTagException {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                .putLong(3, counter++)
                .put(NONCE_BYTES - 1, (byte) (last ? 1 : 0))
                .array();
        return run(nonce, null, in, length, out);
    }

    /** Seals or opens a header. Each header has a key of its own, so its nonce is zero. */
    byte[] header(byte[] preamble, byte[] in) throws AEADBadTagException {
        byte[] out = new byte[in.length + (mode == Cipher.ENCRYPT_MODE ? TAG_BYTES : -TAG_BYTES)];
        run(new byte[NONCE_BYTES], preamble, in, in.length, out);
        return out;
    }

    private int run(byte[] nonce, byte @Nullable [] associated, byte[] in, int length, byte[] out)
            throws AEADBadTagException {
        try {
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
            if (associated != null) {
                cipher.updateAAD(associated);
            }
            return cipher.doFinal(in, 0, length, out, 0);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("This Java runtime cannot do AES-256-GCM as every one must", e);
    }
}
