package io.gracefulbackup.internal.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import io.gracefulbackup.internal.format.BackupWriter.Written;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Creates small backups, and key rings with a cheap derivation. */
final class Fixtures {
    static final String APPLICATION = "blockchain";
    static final String SECRET = "canary-3f9a-secret-key-of-the-tests";

    private Fixtures() {}

    static byte[] key(String secret) {
        return secret.getBytes(US_ASCII);
    }

    /** A key ring without Argon2id, for tests of everything but the derivation. */
    static KeyRing ring(String current, String... previous) {
        return new KeyRing(
                key(current), Arrays.stream(previous).map(Fixtures::key).toList(), Fixtures::cheapDerivation);
    }

    static byte[] cheapDerivation(byte[] secret, byte[] salt) {
        return KeyDerivation.hmac(secret, salt);
    }

    static BackupHeader header(BackupId id) {
        return BackupHeader.builder(APPLICATION, id, new BackupVersion(2, 17))
                .parent(new BackupId("00112233445566778899aabbccddeeff"))
                .ancestors(List.of(
                        new BackupId("00112233445566778899aabbccddeeff"),
                        new BackupId("ffeeddccbbaa99887766554433221100")))
                .name("Auto-backup - 14/01/2026 15:30:45")
                .createdAt(Instant.parse("2026-01-14T15:30:45.123456789Z"))
                .reason("SIGTERM")
                .instance("web-1 · 4711")
                .build();
    }

    /** A backup whose sections have version 1. */
    static byte[] seal(RootKey root, BodyCodec codec, Map<String, byte[]> sections) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        seal(root, codec, sections, out);
        return out.toByteArray();
    }

    static Written seal(RootKey root, BodyCodec codec, Map<String, byte[]> sections, OutputStream out) {
        List<SectionSpec> specs =
                sections.keySet().stream().map(name -> new SectionSpec(name, 1)).toList();
        try (BackupWriter writer =
                new BackupWriter(root, Fixtures::header, specs, out, FreshValues.atRandom(), codec)) {
            for (byte[] section : sections.values()) {
                writer.nextSection().write(section);
            }
            return writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Verifies and restores a backup; returns its sections. */
    static Map<String, byte[]> open(KeyRing ring, byte[] sealed) throws IOException {
        Map<String, byte[]> sections = new LinkedHashMap<>();
        BackupReader reader = new BackupReader(ring, APPLICATION);
        Contents contents = reader.verify(new ByteArrayInputStream(sealed));
        reader.restore(
                new ByteArrayInputStream(sealed),
                contents,
                (section, in) -> sections.put(section.name(), in.readAllBytes()));
        return sections;
    }

    /** An authentic backup with the given payload, as a faulty or a later writer might seal it. */
    static byte[] sealPayload(RootKey root, byte[] payload) {
        FreshValues fresh = FreshValues.atRandom();
        SealedHeader header = SealedHeader.seal(header(fresh.id()), root, fresh.fileNonce());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header.bytes());
        try {
            SegmentOutput segments = new SegmentOutput(SegmentCipher.sealing(header.payloadKey()), out);
            segments.write(payload);
            segments.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Bytes that do not compress and are the same in every run. */
    static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
