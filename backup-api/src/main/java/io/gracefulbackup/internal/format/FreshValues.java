package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupId;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The random values of one backup, which must never be used twice. */
final class FreshValues {
    private final BackupId id;
    private final byte[] fileNonce;

    /** For tests. A nonce that is used twice under one key reveals the payloads. */
    FreshValues(BackupId id, byte[] fileNonce) {
        this.id = id;
        this.fileNonce = fileNonce.clone();
    }

    static FreshValues atRandom() {
        SecureRandom random = new SecureRandom();
        byte[] id = new byte[16];
        byte[] fileNonce = new byte[Preamble.NONCE_BYTES];
        random.nextBytes(id);
        random.nextBytes(fileNonce);
        return new FreshValues(new BackupId(HexFormat.of().formatHex(id)), fileNonce);
    }

    BackupId id() {
        return id;
    }

    byte[] fileNonce() {
        return fileNonce.clone();
    }
}
