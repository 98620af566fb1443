package io.gracefulbackup.internal.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A second reader, written from {@code docs/FORMAT.md} alone. It uses no class of the library, keeps everything in memory
 * and does not distinguish errors.
 */
final class ReferenceReader {
    record Opened(JsonNode header, Map<String, byte[]> sections, String contentDigest) {}

    private ReferenceReader() {}

    static Opened open(byte[] file, byte[] root) throws GeneralSecurityException, IOException {
        ByteBuffer in = ByteBuffer.wrap(file);
        require(text(take(in, 3)).equals("GBK") && in.get() == 1, "magic and version");
        require(in.getShort() == 107, "length of the preamble");
        int headerLength = in.getInt();
        require(in.get() == 1, "suite");
        take(in, 16);
        byte[] keyId = take(in, 16);
        byte[] fileNonce = take(in, 32);
        require(Arrays.equals(take(in, 32), sha256(Arrays.copyOf(file, 75))), "checksum");

        require(Arrays.equals(keyId, hkdf(root, new byte[0], "gbk1 id".getBytes(US_ASCII), 16)), "key id");

        byte[] preamble = Arrays.copyOf(file, 107);
        byte[] sealedHeader = take(in, headerLength);
        byte[] beforeMac = Arrays.copyOf(file, in.position());
        byte[] macKey = hkdf(root, fileNonce, "gbk1 mac".getBytes(US_ASCII), 32);
        require(Arrays.equals(take(in, 32), hmac(macKey, beforeMac)), "MAC");
        byte[] headerKey = hkdf(root, fileNonce, "gbk1 header".getBytes(US_ASCII), 32);
        byte[] headerJson = decrypt(headerKey, new byte[12], preamble, sealedHeader);

        byte[] digestBeforePayload = sha256(Arrays.copyOf(file, in.position()));
        byte[] payloadKey = hkdf(root, fileNonce, joined("gbk1 payload".getBytes(US_ASCII), digestBeforePayload), 32);
        return openPayload(root, json(headerJson), payload(payloadKey, take(in, in.remaining())));
    }

    private static byte[] payload(byte[] key, byte[] sealed) throws GeneralSecurityException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(sealed);
        for (long counter = 0; counter == 0 || in.hasRemaining(); counter++) {
            byte[] segment = take(in, Math.min(in.remaining(), 65_536 + 16));
            ByteBuffer nonce = ByteBuffer.allocate(12).putLong(3, counter);
            nonce.put(11, (byte) (in.hasRemaining() ? 0 : 1));
            byte[] opened = decrypt(key, nonce.array(), new byte[0], segment);
            require(opened.length > 0, "a segment is never empty");
            plain.writeBytes(opened);
        }
        return plain.toByteArray();
    }

    private static Opened openPayload(byte[] root, JsonNode header, byte[] payload)
            throws GeneralSecurityException, IOException {
        ByteBuffer in = ByteBuffer.wrap(payload);
        byte codec = in.get();
        JsonNode manifest = json(take(in, in.getInt()));
        byte[] compressed = take(in, in.remaining());
        require(codec == 0 || codec == 1, "codec");
        byte[] body =
                codec == 0 ? compressed : new ZstdInputStream(new ByteArrayInputStream(compressed)).readAllBytes();

        int count = manifest.get("sections").size();
        ByteBuffer trailer = ByteBuffer.wrap(body, body.length - 8 * count, 8 * count);
        ByteBuffer bytes = ByteBuffer.wrap(body, 0, body.length - 8 * count);
        Map<String, byte[]> sections = new LinkedHashMap<>();
        ByteArrayOutputStream digested = new ByteArrayOutputStream();
        for (JsonNode section : manifest.get("sections")) {
            String name = section.get("name").stringValue();
            sections.put(name, take(bytes, Math.toIntExact(trailer.getLong())));
            digested.writeBytes((name + "\0" + section.get("version").intValue() + "\n").getBytes(UTF_8));
        }
        require(!bytes.hasRemaining(), "lengths of the sections");
        digested.writeBytes(compressed);
        byte[] contentKey = hkdf(root, new byte[0], "gbk1 content".getBytes(US_ASCII), 32);
        return new Opened(header, sections, HexFormat.of().formatHex(hmac(contentKey, sha256(digested.toByteArray()))));
    }

    /** Derives the root key. Not part of {@link #open}, because it is slow and the same for all backups under one salt. */
    static byte[] argon2id(byte[] secret, byte[] salt) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(0x13)
                .withMemoryAsKB(65_536)
                .withIterations(3)
                .withParallelism(4)
                .withSalt(salt)
                .build());
        byte[] root = new byte[32];
        argon2.generateBytes(secret, root);
        return root;
    }

    /** RFC 5869 for outputs of one block. */
    private static byte[] hkdf(byte[] ikm, byte[] salt, byte[] info, int length) throws GeneralSecurityException {
        byte[] prk = hmac(salt.length == 0 ? new byte[32] : salt, ikm);
        return Arrays.copyOf(hmac(prk, joined(info, new byte[] {1})), length);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] sha256(byte[] message) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(message);
    }

    private static byte[] decrypt(byte[] key, byte[] nonce, byte[] associated, byte[] sealed)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(associated);
        return cipher.doFinal(sealed);
    }

    private static JsonNode json(byte[] bytes) {
        return JsonMapper.shared().readTree(new String(bytes, UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, US_ASCII);
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
