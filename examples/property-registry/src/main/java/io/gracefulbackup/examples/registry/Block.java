package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;

/**
 * One link of the chain.
 *
 * @param index its place, from 0
 * @param previousHash the hash of the block before it
 * @param timestamp when it was added
 * @param deed what it records
 * @param hash SHA-256 over everything else
 */
record Block(int index, String previousHash, Instant timestamp, Deed deed, String hash) {

    Block {
        Objects.requireNonNull(previousHash, "previousHash");
        Objects.requireNonNull(timestamp, "timestamp");
        Objects.requireNonNull(deed, "deed");
        Objects.requireNonNull(hash, "hash");
    }

    /** A new block, with the hash that belongs to it. */
    static Block create(int index, String previousHash, Instant timestamp, Deed deed) {
        return new Block(index, previousHash, timestamp, deed, hashOf(index, previousHash, timestamp, deed));
    }

    /** Whether the hash is the one that belongs to the rest. */
    boolean isIntact() {
        return hash.equals(hashOf(index, previousHash, timestamp, deed));
    }

    private static String hashOf(int index, String previousHash, Instant timestamp, Deed deed) {
        MessageDigest digest = sha256();
        String[] fields = {
            Integer.toString(index),
            previousHash,
            timestamp.toString(),
            deed.action().name(),
            deed.propertyKey(),
            deed.customerKey(),
            deed.owner(),
            deed.survey(),
            deed.address(),
            Long.toString(deed.value())
        };
        for (String field : fields) {
            byte[] bytes = field.getBytes(UTF_8);
            // The length goes first, so that text cannot move from one field to the next under the same hash.
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but this one does not", e);
        }
    }
}
