package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.Fence;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/** Bytes that look sealed: random, made while they are read, so that size costs no memory. */
record TestBackup(BackupHeader header, long size, String sha256, long seed, Optional<Fence> fence)
        implements SealedBackup {

    TestBackup(BackupHeader header, long size, String sha256, long seed) {
        this(header, size, sha256, seed, Optional.empty());
    }

    static TestBackup of(String application, long sequence, long size) {
        return of(application, UUID.randomUUID().toString().replace("-", ""), sequence, size);
    }

    static TestBackup of(String application, String id, long sequence, long size) {
        BackupHeader header = new BackupHeader(
                application,
                new BackupId(id),
                1,
                sequence,
                null,
                List.of(),
                "Auto-backup - 14/01/2026 15:30:45",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                "SIGTERM",
                null,
                "host-1",
                null);
        long seed = header.id().hashCode();
        return new TestBackup(header, size, sha256(new Random(seed, size)), seed, Optional.empty());
    }

    /** The same, made under a lease. */
    TestBackup under(long epoch, String holder) {
        return new TestBackup(header, size, sha256, seed, Optional.of(new Fence(epoch, holder)));
    }

    @Override
    public String contentDigest() {
        return "c".repeat(64);
    }

    @Override
    public long stateBytes() {
        return size * 3;
    }

    @Override
    public InputStream newStream() {
        return new Random(seed, size);
    }

    static String sha256(InputStream in) {
        try (in) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A block of random bytes over and over, with the number of the block in front of each. */
    private static final class Random extends InputStream {
        private final byte[] block = new byte[1 << 16];
        private final long size;
        private long position;

        Random(long seed, long size) {
            this.size = size;
            new SplittableRandom(seed).nextBytes(block);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (position >= size) {
                return -1;
            }
            int inBlock = (int) (position % block.length);
            if (inBlock == 0) {
                byte[] number =
                        Long.toString(position / block.length).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                System.arraycopy(number, 0, block, 0, number.length);
            }
            int n = (int) Math.min(Math.min(length, block.length - inBlock), size - position);
            System.arraycopy(block, inBlock, buffer, offset, n);
            position += n;
            return n;
        }
    }
}
