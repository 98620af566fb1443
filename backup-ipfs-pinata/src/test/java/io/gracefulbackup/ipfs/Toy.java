package io.gracefulbackup.ipfs;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SealedBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** A sealed form that tests can read: a line that says who it is, and so many pseudo-random bytes, which it never holds. */
record Toy(BackupHeader header, long size) implements SealedBackup {
    private static final Random RANDOM = new Random();

    static Toy of(long sequence, long payload) {
        return of("toy", sequence, payload);
    }

    /** One of exactly so many bytes; at least a line of them. */
    static Toy ofSize(long sequence, long size) {
        BackupHeader header = of(sequence, 0).header();
        return new Toy(header, size);
    }

    static Toy of(String application, long sequence, long payload) {
        byte[] id = new byte[16];
        RANDOM.nextBytes(id);
        BackupHeader header = new BackupHeader(
                application,
                new BackupId(HexFormat.of().formatHex(id)),
                1,
                sequence,
                null,
                List.of(),
                "toy " + sequence,
                Instant.parse("2026-01-14T15:30:45Z"),
                "MANUAL",
                null,
                "test",
                null);
        return new Toy(header, line(header).length + payload);
    }

    byte[] bytes() {
        try (InputStream in = newStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InputStream newStream() {
        byte[] line = line(header);
        return new SequenceInputStream(
                new ByteArrayInputStream(line), new Payload(header.id().value().hashCode(), size - line.length));
    }

    @Override
    public String sha256() {
        try (DigestInputStream in = new DigestInputStream(newStream(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String contentDigest() {
        return sha256();
    }

    @Override
    public long stateBytes() {
        return size;
    }

    /** Reads the first line. */
    static Inspection inspectHeader(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < 4000; c = in.read()) {
            line.append((char) c);
        }
        String[] fields = line.toString().split(" ", -1);
        if (fields.length != 4 || !fields[0].equals("toy")) {
            return new Inspection.Foreign("it begins with something else");
        }
        if (!BackupId.isValid(fields[1])) {
            return new Inspection.Damaged("its first line is wrong");
        }
        return new Inspection.Intact(of(Long.parseLong(fields[3]), 0).header());
    }

    private static byte[] line(BackupHeader header) {
        return ("toy " + header.id() + " " + header.epoch() + " " + header.sequence() + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Payload extends InputStream {
        private final SplittableRandom random;
        private final byte[] block = new byte[8192];
        private long left;
        private int at = block.length;

        Payload(long seed, long length) {
            random = new SplittableRandom(seed);
            left = length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            if (at == block.length) {
                random.nextBytes(block);
                at = 0;
            }
            int n = (int) Math.min(left, Math.min(length, block.length - at));
            System.arraycopy(block, at, bytes, offset, n);
            at += n;
            left -= n;
            return n;
        }
    }
}
