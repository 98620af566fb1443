package io.gracefulbackup.internal.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import io.gracefulbackup.internal.format.BackupWriter.Written;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Creates and reads the files of {@code src/test/resources/format}; see the README there. */
final class GoldenVectors {
    static final String SECRET = "golden secret key, public by nature";
    static final byte[] SALT = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    static final byte[] FILE_NONCE =
            HexFormat.of().parseHex("101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f");
    static final BackupId ID = new BackupId("303132333435363738393a3b3c3d3e3f");
    static final Map<String, byte[]> SECTIONS = sections();

    private static final RootKey ROOT =
            new RootKey(KeyDerivation.argon2id(SECRET.getBytes(US_ASCII), SALT), SALT, true);

    /**
     * The content of one file.
     *
     * @param expect {@code ok}, or the type of the exception
     * @param digest the content digest; empty if an exception is expected
     */
    record Vector(String name, String expect, String digest, String comment, String hex) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }

    private GoldenVectors() {}

    private static Map<String, byte[]> sections() {
        Map<String, byte[]> sections = new LinkedHashMap<>();
        sections.put("blocks", "[{\"index\":0},{\"index\":1}]".getBytes(UTF_8));
        sections.put("empty", new byte[0]);
        sections.put("grüße", "😀".repeat(16).getBytes(UTF_8));
        return sections;
    }

    static Map<String, Vector> make() {
        Map<String, Vector> vectors = new LinkedHashMap<>();
        byte[] plain = accepted(vectors, "ok-none", SECTIONS, BodyCodec.NONE, "three sections, not compressed");
        accepted(vectors, "ok-zstd", SECTIONS, BodyCodec.ZSTD, "the same sections, compressed");
        accepted(vectors, "ok-no-sections", Map.of(), BodyCodec.NONE, "no sections at all");

        refused(vectors, "magic", "NotABackup", "first byte changed", changed(plain, 0, 'X'));
        refused(vectors, "preamble-flip", "DamagedPreamble", "one bit of the salt", changed(plain, 12, 3));
        refused(vectors, "preamble-cut", "DamagedPreamble", "106 bytes", Arrays.copyOf(plain, 106));
        refused(vectors, "newer-version", "NewerFormat", "version 2, checksum closed", closed(changed(plain, 3, 2)));
        refused(vectors, "newer-suite", "NewerFormat", "suite 2, checksum closed", closed(changed(plain, 10, 2)));
        refused(vectors, "wrong-key", "WrongKey", "another key id, checksum closed", closed(changed(plain, 27, 0)));
        refused(vectors, "nonce", "TamperedHeader", "another nonce, checksum closed", closed(changed(plain, 43, 0)));
        refused(vectors, "header-flip", "TamperedHeader", "one byte of the header", changed(plain, 200, 0));
        refused(vectors, "mac-flip", "TamperedHeader", "one byte of the MAC", changed(plain, 4219, 0));
        refused(vectors, "payload-none", "DamagedPayload", "no payload", Arrays.copyOf(plain, 4251));
        refused(vectors, "payload-flip", "DamagedPayload", "last byte of the tag", changed(plain, plain.length - 1, 0));
        refused(vectors, "payload-cut", "DamagedPayload", "last byte left out", Arrays.copyOf(plain, plain.length - 1));
        refused(vectors, "payload-more", "DamagedPayload", "a byte appended", Arrays.copyOf(plain, plain.length + 1));
        return vectors;
    }

    private static byte[] accepted(
            Map<String, Vector> vectors, String name, Map<String, byte[]> sections, BodyCodec codec, String comment) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<SectionSpec> specs = sections.keySet().stream()
                .map(section -> new SectionSpec(section, 1))
                .toList();
        try (BackupWriter writer =
                new BackupWriter(ROOT, Fixtures::header, specs, out, new FreshValues(ID, FILE_NONCE), codec)) {
            for (byte[] section : sections.values()) {
                writer.nextSection().write(section);
            }
            Written written = writer.finish();
            vectors.put(
                    name,
                    new Vector(
                            name,
                            "ok",
                            written.contentDigest(),
                            comment,
                            HexFormat.of().formatHex(out.toByteArray())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void refused(Map<String, Vector> vectors, String name, String type, String comment, byte[] bytes) {
        vectors.put(name, new Vector(name, type, "", comment, HexFormat.of().formatHex(bytes)));
    }

    private static byte[] changed(byte[] bytes, int offset, int value) {
        byte[] changed = bytes.clone();
        changed[offset] = (byte) value;
        if (Arrays.equals(changed, bytes)) {
            throw new IllegalArgumentException("byte " + offset + " is " + value + " already");
        }
        return changed;
    }

    private static byte[] closed(byte[] bytes) {
        byte[] checksum = KeyDerivation.sha256().digest(Arrays.copyOf(bytes, 75));
        System.arraycopy(checksum, 0, bytes, 75, 32);
        return bytes;
    }

    static String text(Vector vector) {
        return "expect: " + vector.expect() + "\ndigest: " + vector.digest() + "\ncomment: " + vector.comment() + "\n\n"
                + vector.hex().replaceAll("(.{96})", "$1\n").strip() + "\n";
    }

    static Vector parse(String name, String text) {
        int end = text.indexOf("\n\n");
        Map<String, String> fields = new LinkedHashMap<>();
        text.substring(0, end).lines().forEach(line -> {
            int colon = line.indexOf(':');
            fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        });
        return new Vector(
                name,
                fields.getOrDefault("expect", ""),
                fields.getOrDefault("digest", ""),
                fields.getOrDefault("comment", ""),
                text.substring(end).replace("\n", ""));
    }

    /** Writes all files to the given directory. */
    public static void main(String[] args) throws IOException {
        for (Vector vector : make().values()) {
            Files.writeString(Path.of(args[0], vector.name() + ".hex"), text(vector), US_ASCII);
        }
    }
}
