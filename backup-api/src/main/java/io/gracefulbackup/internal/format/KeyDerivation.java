package io.gracefulbackup.internal.format;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.bouncycastle.crypto.params.HKDFParameters;

/** The cryptographic functions of suite 1. The suite fixes their parameters: none of them is read from a backup. */
final class KeyDerivation {
    static final int SALT_BYTES = 16;
    static final int KEY_BYTES = 32;
    static final byte[] NO_SALT = {};

    static final int MEMORY_MIB = 64;
    private static final int MEMORY_KIB = MEMORY_MIB * 1024;
    private static final int RESERVE_KIB = 4 * 1024;
    private static final int PASSES = 3;
    private static final int LANES = 4;

    private KeyDerivation() {}

    /**
     * Derives the root key. Needs 64 MiB of heap and about half a second in a fresh JVM.
     *
     * @throws TooLittleHeapException if there is no room for it
     */
    static byte[] argon2id(byte[] secret, byte[] salt) {
        try {
            return argon2id(secret, salt, MEMORY_KIB);
        } catch (OutOfMemoryError e) {
            throw new TooLittleHeapException(e);
        }
    }

    /**
     * Takes as much heap as a derivation, in pieces of the same size, and lets it go. Also a little more: the next start needs
     * that beside its derivation, and must not be the first to find out.
     *
     * @throws TooLittleHeapException if it is not there
     */
    static void checkHeap() {
        try {
            long[][] blocks = new long[MEMORY_KIB + RESERVE_KIB][];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = new long[1024 / Long.BYTES];
            }
        } catch (OutOfMemoryError e) {
            throw new TooLittleHeapException(e);
        }
    }

    /** Takes the way of a derivation in a thousandth of its memory and time. Derives no key. */
    static void loadClasses() {
        argon2id(new byte[KEY_BYTES], new byte[SALT_BYTES], MEMORY_KIB / 1024);
    }

    private static byte[] argon2id(byte[] secret, byte[] salt, int memoryKib) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(PASSES)
                .withParallelism(LANES)
                .withSalt(salt)
                .build());
        byte[] root = new byte[KEY_BYTES];
        generator.generateBytes(secret, root);
        return root;
    }

    static byte[] hkdf(byte[] root, byte[] salt, byte[] info, int length) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
        generator.init(new HKDFParameters(root, salt, info));
        byte[] key = new byte[length];
        generator.generateBytes(key, 0, length);
        return key;
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime lacks HmacSHA256, which every one must have", e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime lacks SHA-256, which every one must have", e);
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
