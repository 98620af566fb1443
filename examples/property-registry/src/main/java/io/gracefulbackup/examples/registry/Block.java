package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;

/**
 * One block of the chain.
 *
 * @param index the position in the chain, from 0
 * @param previousHash the hash of the previous block
 * @param timestamp when the block was added
 * @param deed what the block records
 * @param hash SHA-256 of all other fields, as 64 hexadecimal digits
 */
record Block(int index, String previousHash, Instant timestamp, Deed deed, String hash) {

    Block {
        Objects.requireNonNull(previousHash, "previousHash");
        Objects.requireNonNull(timestamp, "timestamp");
        Objects.requireNonNull(deed, "deed");
        Objects.requireNonNull(hash, "hash");
    }

    /** Creates a block with a matching hash. */
    static Block create(int index, String previousHash, Instant timestamp, Deed deed) {
        return new Block(index, previousHash, timestamp, deed, hashOf(index, previousHash, timestamp, deed));
    }

    /** Whether the hash matches the other fields. */
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
            // The length prefix keeps text from moving between neighboring fields without changing the hash.
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
