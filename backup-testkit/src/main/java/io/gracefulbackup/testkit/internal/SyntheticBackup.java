package io.gracefulbackup.testkit.internal;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.FencedBackup;
import io.gracefulbackup.testkit.TestSinkContext.Inspector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is not sealed: a line with its header and the checksum of that line, pseudo-random bytes, and a checksum of
 * everything. Needs no key derivation, and no memory or disk for its bytes, whatever its size. {@link #INSPECTOR} reads it.
 *
 * <p>For tests of this project's sinks, where the header or the size matters and the seal does not.
 */
public final class SyntheticBackup implements SealedBackup {
    /** The application of all synthetic backups that do not name another one. */
    public static final String APPLICATION = "app";

    /** Reads synthetic backups; those of {@link #withUnknownKey} are locked. */
    public static final Inspector INSPECTOR = new Inspector() {
        @Override
        public Inspection inspect(InputStream sealed) throws IOException {
            return SyntheticBackup.inspect(sealed);
        }

        @Override
        public Inspection inspectHeader(InputStream sealed) throws IOException {
            return SyntheticBackup.inspectHeader(sealed);
        }
    };

    private static final String MAGIC = "synthetic";
    private static final String KEY = "key";
    private static final String LOST_KEY = "lost";
    private static final int CHECKSUM_LENGTH = 8;
    private static final int MAX_LINE = 4000;
    private static final int DEFAULT_PAYLOAD = 1000;
    private static final Random RANDOM = new Random();

    private final BackupHeader header;
    private final byte[] line;
    private final long size;
    private @Nullable String sha256;

    private SyntheticBackup(BackupHeader header, byte[] line, long size) {
        this.header = header;
        this.line = line;
        this.size = size;
    }

    /** The first backup of a line. */
    public static SyntheticBackup first() {
        return unrelated(1, 1);
    }

    /** A backup without ancestors. */
    public static SyntheticBackup unrelated(long epoch, long sequence) {
        return withPayload(KEY, header(APPLICATION, randomId(), epoch, sequence, List.of()), DEFAULT_PAYLOAD);
    }

    /** A backup under a key that {@link #INSPECTOR} does not have. */
    public static SyntheticBackup withUnknownKey() {
        return withPayload(LOST_KEY, header(APPLICATION, randomId(), 1, 1, List.of()), DEFAULT_PAYLOAD);
    }

    /** The child of a backup, with so many bytes between its header and its checksum. */
    public static SyntheticBackup after(BackupHeader parent, int payload) {
        List<BackupId> ancestors = new ArrayList<>(parent.ancestors());
        ancestors.add(0, parent.id());
        BackupHeader header = header(
                parent.application(),
                randomId(),
                parent.epoch(),
                parent.sequence() + 1,
                ancestors.subList(0, Math.min(ancestors.size(), BackupHeader.MAX_ANCESTORS)));
        return withPayload(KEY, header, payload);
    }

    /** A backup without ancestors, of the usual application and of exactly that size. */
    public static SyntheticBackup of(long sequence, long size) {
        return of(APPLICATION, sequence, size);
    }

    /** A backup without ancestors and of exactly that size; one that is too small for its header has a part of it only. */
    public static SyntheticBackup of(String application, long sequence, long size) {
        return of(application, randomId().value(), sequence, size);
    }

    /** The same, with a given id. */
    public static SyntheticBackup of(String application, String id, long sequence, long size) {
        BackupHeader header = header(application, new BackupId(id), 1, sequence, List.of());
        return new SyntheticBackup(header, line(KEY, header), size);
    }

    private static SyntheticBackup withPayload(String key, BackupHeader header, int payload) {
        byte[] line = line(key, header);
        return new SyntheticBackup(header, line, line.length + payload + CHECKSUM_LENGTH);
    }

    /** Its child. */
    public SyntheticBackup next() {
        return next(DEFAULT_PAYLOAD);
    }

    /** Its child, with so many bytes between its header and its checksum. */
    public SyntheticBackup next(int payload) {
        return after(header, payload);
    }

    /** The same backup, made under a lease. */
    public FencedBackup under(long epoch, String holder) {
        return FencedBackup.of(this, new Fence(epoch, holder));
    }

    /** All bytes; for small ones. */
    public byte[] bytes() {
        try (InputStream in = newStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public BackupHeader header() {
        return header;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = sha256(newStream());
        }
        return sha256;
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
        return new Bytes(line, header.id().hashCode(), size);
    }

    /** The digest of a stream, as {@link #sha256} writes it. Closes the stream. */
    public static String sha256(InputStream in) {
        try (DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Inspection inspectHeader(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && text.length() < MAX_LINE; c = in.read()) {
            text.append((char) c);
        }
        String[] fields = text.toString().split(" ", -1);
        if (!fields[0].equals(MAGIC)) {
            return new Inspection.Foreign("it begins with something else");
        }
        String checked = text.substring(0, Math.max(0, text.length() - CHECKSUM_LENGTH - 1));
        if (fields.length != 8 || !fields[7].equals(checksum(ascii(checked)))) {
            return new Inspection.Damaged("its first line is wrong");
        }
        if (!fields[1].equals(KEY)) {
            return new Inspection.UnknownKey(fields[1]);
        }
        List<BackupId> ancestors = Arrays.stream(fields[6].split(",", -1))
                .filter(BackupId::isValid)
                .map(BackupId::new)
                .toList();
        return new Inspection.Intact(header(
                fields[2], new BackupId(fields[3]), Long.parseLong(fields[4]), Long.parseLong(fields[5]), ancestors));
    }

    private static Inspection inspect(InputStream in) throws IOException {
        byte[] all = in.readAllBytes();
        Inspection found = inspectHeader(new ByteArrayInputStream(all));
        int end = Math.max(0, all.length - CHECKSUM_LENGTH);
        boolean isWhole =
                Arrays.equals(Arrays.copyOfRange(all, end, all.length), ascii(checksum(Arrays.copyOf(all, end))));
        return found instanceof Inspection.Intact && !isWhole ? new Inspection.Damaged("its checksum is wrong") : found;
    }

    private static byte[] line(String key, BackupHeader header) {
        String text = String.join(
                " ",
                MAGIC,
                key,
                header.application(),
                header.id().value(),
                Long.toString(header.epoch()),
                Long.toString(header.sequence()),
                String.join(
                        ",", header.ancestors().stream().map(BackupId::value).toList()));
        return ascii(text + " " + checksum(ascii(text)) + "\n");
    }

    private static BackupHeader header(
            String application, BackupId id, long epoch, long sequence, List<BackupId> ancestors) {
        return BackupHeader.builder(application, id, new BackupVersion(epoch, sequence))
                .parent(ancestors.isEmpty() ? null : ancestors.get(0))
                .ancestors(ancestors)
                .name("Auto-backup - 14/01/2026 15:30:45")
                .createdAt(Instant.parse("2026-01-14T15:30:45Z"))
                .reason("SIGTERM")
                .instance("host-1")
                .build();
    }

    private static BackupId randomId() {
        byte[] id = new byte[16];
        RANDOM.nextBytes(id);
        return new BackupId(HexFormat.of().formatHex(id));
    }

    private static String checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return text(crc);
    }

    private static String text(CRC32 crc) {
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes of one backup: its line, one random block over and over with its number in front, the checksum. */
    private static final class Bytes extends InputStream {
        private final byte[] block = new byte[1 << 16];
        private final CRC32 crc = new CRC32();
        private final long size;
        private final long end;
        private byte[] piece;
        private int inPiece;
        private long position;
        private long blocks;

        Bytes(byte[] line, long seed, long size) {
            this.size = size;
            end = Math.max(0, size - CHECKSUM_LENGTH);
            piece = line;
            new Random(seed).nextBytes(block);
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
            if (position == end) {
                piece = ascii(text(crc));
                inPiece = 0;
            } else if (inPiece == piece.length) {
                piece = nextBlock();
                inPiece = 0;
            }
            long left = (position < end ? end : size) - position;
            int n = (int) Math.min(Math.min(length, piece.length - inPiece), left);
            System.arraycopy(piece, inPiece, buffer, offset, n);
            if (position < end) {
                crc.update(piece, inPiece, n);
            }
            inPiece += n;
            position += n;
            return n;
        }

        private byte[] nextBlock() {
            byte[] number = ascii(Long.toString(blocks++));
            System.arraycopy(number, 0, block, 0, number.length);
            return block;
        }
    }
}
