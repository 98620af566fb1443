package io.gracefulbackup.internal.format;

import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A keyed digest of the state, by which an unchanged state is recognised. It has a key because it is stored in the clear:
 * with a plain digest, anyone who reads the catalogue could test guesses about the state.
 */
final class ContentDigest {
    private final MessageDigest sha256 = KeyDerivation.sha256();

    ContentDigest(List<SectionSpec> sections) {
        for (SectionSpec section : sections) {
            sha256.update((section.name() + "\0" + section.version() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    void update(byte[] compressed, int offset, int length) {
        sha256.update(compressed, offset, length);
    }

    String value(RootKey root) {
        byte[] key = root.contentKey();
        try {
            return HexFormat.of().formatHex(KeyDerivation.hmac(key, sha256.digest()));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
