package io.gracefulbackup.ipfs.cid;

import java.math.BigInteger;

/** The two text encodings of CIDs. */
final class Multibase {
    private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private Multibase() {}

    /**
     * Encodes in base 58 with the alphabet of Bitcoin. The first byte must not be zero; that of a multihash never is.
     */
    static String base58(byte[] bytes) {
        BigInteger base = BigInteger.valueOf(BASE58.length());
        StringBuilder digits = new StringBuilder();
        for (BigInteger rest = new BigInteger(1, bytes); rest.signum() > 0; rest = rest.divide(base)) {
            digits.append(BASE58.charAt(rest.mod(base).intValue()));
        }
        return digits.reverse().toString();
    }

    /** Encodes in base 32 of RFC 4648, in lower case and without padding. */
    static String base32(byte[] bytes) {
        StringBuilder digits = new StringBuilder();
        int bits = 0;
        int pending = 0;
        for (byte next : bytes) {
            pending = (pending << 8) | (next & 0xFF);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                digits.append(BASE32.charAt((pending >>> bits) & 31));
            }
            pending &= (1 << bits) - 1;
        }
        if (bits > 0) {
            digits.append(BASE32.charAt((pending << (5 - bits)) & 31));
        }
        return digits.toString();
    }
}
