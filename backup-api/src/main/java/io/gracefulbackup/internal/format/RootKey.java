package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.KeyDerivation.NO_SALT;
import static io.gracefulbackup.internal.format.KeyDerivation.ascii;
import static io.gracefulbackup.internal.format.KeyDerivation.hkdf;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The key derived from a secret key and a salt, from which all keys of a backup are derived. Its bytes never leave this
 * class.
 */
public final class RootKey {
    static final int ID_BYTES = 16;

    private final byte[] root;
    private final byte[] salt;
    private final byte[] id;
    private final boolean current;

    /** Keeps the array of the root key; copies the salt. */
    RootKey(byte[] root, byte[] salt, boolean current) {
        this.root = root;
        this.salt = salt.clone();
        this.current = current;
        this.id = hkdf(root, NO_SALT, ascii("gbk1 id"), ID_BYTES);
    }

    /** The public id of this key, 32 hexadecimal digits; reveals nothing about the key. */
    public String keyId() {
        return HexFormat.of().formatHex(id);
    }

    /** Whether it was derived from the key that seals, not from one that only opens. */
    public boolean isCurrent() {
        return current;
    }

    byte[] id() {
        return id.clone();
    }

    byte[] salt() {
        return salt.clone();
    }

    byte[] macKey(byte[] fileNonce) {
        return derive(fileNonce, ascii("gbk1 mac"));
    }

    byte[] headerKey(byte[] fileNonce) {
        return derive(fileNonce, ascii("gbk1 header"));
    }

    /** The payload key also depends on everything before the payload, so it belongs to one header only. */
    byte[] payloadKey(byte[] fileNonce, byte[] digestOfAllBefore) {
        byte[] label = ascii("gbk1 payload");
        byte[] info = Arrays.copyOf(label, label.length + digestOfAllBefore.length);
        System.arraycopy(digestOfAllBefore, 0, info, label.length, digestOfAllBefore.length);
        return derive(fileNonce, info);
    }

    byte[] contentKey() {
        return derive(NO_SALT, ascii("gbk1 content"));
    }

    private byte[] derive(byte[] hkdfSalt, byte[] info) {
        return hkdf(root, hkdfSalt, info, KeyDerivation.KEY_BYTES);
    }

    @Override
    public String toString() {
        return "RootKey[" + keyId() + "]";
    }
}
