package io.gracefulbackup.internal.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The first 107 bytes of a backup, in the clear: everything that a reader needs before it has a key.
 *
 * <pre>
 * "GBK" | u8 version 1 | u16 length of preamble | u32 length of header | u8 suite 1
 *       | salt 16 | key id 16 | file nonce 32 | SHA-256 of all bytes before
 * </pre>
 */
final class Preamble {
    static final int LENGTH = 107;
    static final int NONCE_BYTES = 32;

    private static final byte[] MAGIC = {'G', 'B', 'K'};
    static final int VERSION = 1;
    private static final int SUITE = 1;
    private static final int CHECKSUM_BYTES = 32;
    /** Magic, version and both lengths, which begin every version of the format. */
    private static final int COMMON_BYTES = 10;

    private static final int FIXED_BYTES = COMMON_BYTES + 1;
    private static final int ENOUGH_FIXED_BYTES = 6;
    private static final int MAX_HEADER = 64 * 1024;

    private final byte[] bytes;

    private Preamble(byte[] bytes) {
        this.bytes = bytes;
    }

    static Preamble of(int headerLength, byte[] salt, byte[] keyId, byte[] fileNonce) {
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
        putFixed(buffer, headerLength).put(salt).put(keyId).put(fileNonce);
        return new Preamble(withChecksum(buffer.array()));
    }

    /** Reads a preamble. Distinguishes what is not a backup, a damaged one, and one of a later version. */
    static Preamble read(InputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new UnreadableBackupException.NotABackup(
                    magic.length == 0
                            ? "There are no bytes; a backup begins with \"GBK\""
                            : "The bytes do not begin with \"GBK\", as every backup does");
        }
        byte[] common = Arrays.copyOf(MAGIC, COMMON_BYTES);
        readInto(in, common, MAGIC.length);
        int length = ByteBuffer.wrap(common).getShort(4) & 0xffff;
        long headerLength = ByteBuffer.wrap(common).getInt(6) & 0xffffffffL;
        if (length < COMMON_BYTES + CHECKSUM_BYTES || headerLength > MAX_HEADER) {
            throw damaged("its lengths make no sense (preamble " + length + ", header " + headerLength + " bytes)");
        }
        byte[] all = Arrays.copyOf(common, length);
        readInto(in, all, COMMON_BYTES);
        if (!hasValidChecksum(all)) {
            throw damaged("its checksum does not match");
        }
        return checked(new Preamble(all));
    }

    private static Preamble checked(Preamble preamble) {
        int version = preamble.bytes[3] & 0xff;
        if (version > VERSION) {
            throw newer("version " + version + " of the format, and this library reads up to " + VERSION);
        }
        int headerLength = preamble.headerLength();
        if (version != VERSION || preamble.bytes.length != LENGTH || !HeaderCodec.isSealedLength(headerLength)) {
            throw damaged("version " + version + " does not have a preamble of " + preamble.bytes.length
                    + " and a header of " + headerLength + " bytes");
        }
        int suite = preamble.bytes[COMMON_BYTES] & 0xff;
        if (suite != SUITE) {
            throw newer("suite " + suite + ", and this library knows only " + SUITE);
        }
        return preamble;
    }

    /** See {@link BackupReader#resemblesBackup}. */
    static boolean isResembledBy(byte[] first) {
        byte[] fixed = putFixed(ByteBuffer.allocate(FIXED_BYTES), HeaderCodec.SHORTEST_SEALED)
                .array();
        int present = Math.min(first.length, FIXED_BYTES);
        int matching = 0;
        for (int i = 0; i < present; i++) {
            matching += first[i] == fixed[i] ? 1 : 0;
        }
        boolean cutButRight = present < FIXED_BYTES && matching == present;
        return cutButRight || matching >= ENOUGH_FIXED_BYTES || isZero(first) || isValidWithMagic(first);
    }

    private static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    private static boolean isValidWithMagic(byte[] first) {
        if (first.length < LENGTH) {
            return false;
        }
        byte[] restored = Arrays.copyOf(first, LENGTH);
        System.arraycopy(MAGIC, 0, restored, 0, MAGIC.length);
        return hasValidChecksum(restored);
    }

    private static ByteBuffer putFixed(ByteBuffer buffer, int headerLength) {
        return buffer.put(MAGIC)
                .put((byte) VERSION)
                .putShort((short) LENGTH)
                .putInt(headerLength)
                .put((byte) SUITE);
    }

    private static void readInto(InputStream in, byte[] target, int from) throws IOException {
        if (in.readNBytes(target, from, target.length - from) < target.length - from) {
            throw damaged("it is cut");
        }
    }

    private static byte[] withChecksum(byte[] all) {
        byte[] checksum = checksum(all);
        System.arraycopy(checksum, 0, all, all.length - CHECKSUM_BYTES, CHECKSUM_BYTES);
        return all;
    }

    private static boolean hasValidChecksum(byte[] all) {
        int end = all.length - CHECKSUM_BYTES;
        return Arrays.equals(checksum(all), 0, CHECKSUM_BYTES, all, end, all.length);
    }

    private static byte[] checksum(byte[] all) {
        MessageDigest sha256 = KeyDerivation.sha256();
        sha256.update(all, 0, all.length - CHECKSUM_BYTES);
        return sha256.digest();
    }

    private static UnreadableBackupException damaged(String why) {
        return new UnreadableBackupException.DamagedPreamble(
                "The first bytes of the backup are damaged: " + why + ". Use another copy");
    }

    private static UnreadableBackupException newer(String what) {
        return new UnreadableBackupException.NewerFormat(
                "The backup is of " + what + ". Use the version of the library that wrote it, or a later one");
    }

    int headerLength() {
        return ByteBuffer.wrap(bytes).getInt(6);
    }

    byte[] salt() {
        return Arrays.copyOfRange(bytes, FIXED_BYTES, FIXED_BYTES + 16);
    }

    byte[] keyId() {
        return Arrays.copyOfRange(bytes, FIXED_BYTES + 16, FIXED_BYTES + 32);
    }

    byte[] fileNonce() {
        return Arrays.copyOfRange(bytes, FIXED_BYTES + 32, FIXED_BYTES + 32 + NONCE_BYTES);
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
