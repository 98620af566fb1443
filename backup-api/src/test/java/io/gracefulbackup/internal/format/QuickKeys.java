package io.gracefulbackup.internal.format;

import java.util.List;

/** Key rings for tests that start many processes: real in everything but the cost of a derivation. */
public final class QuickKeys {
    private QuickKeys() {}

    /**
     * Derives root keys with one HMAC, where a process takes 64 MiB and half a second.
     *
     * @param before runs before each derivation
     */
    public static KeyRing of(byte[] current, List<byte[]> previous, Runnable before) {
        return new KeyRing(current, previous, (secret, salt) -> {
            before.run();
            return KeyDerivation.hmac(secret, salt);
        });
    }
}
