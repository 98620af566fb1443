package io.gracefulbackup.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-encoding as in URLs, where a plus sign stands for itself. */
final class PercentCode {
    private PercentCode() {}

    /**
     * Decodes a text. A percent sign that is not followed by two hexadecimal digits stands for itself, because operators paste
     * passwords into URLs without encoding them.
     *
     * @return the decoded text; empty if it is not UTF-8 or has a zero byte, which PostgreSQL does not accept
     */
    static Optional<String> decode(String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length);
        for (int i = 0; i < raw.length; i++) {
            int value = raw[i] == '%' && i + 2 < raw.length ? hex(raw[i + 1], raw[i + 2]) : -1;
            bytes.write(value < 0 ? raw[i] : value);
            i += value < 0 ? 0 : 2;
        }
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
            return decoded.indexOf('\0') < 0 ? Optional.of(decoded) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static int hex(byte high, byte low) {
        int first = Character.digit(high, 16);
        int second = Character.digit(low, 16);
        return first < 0 || second < 0 ? -1 : first * 16 + second;
    }
}
