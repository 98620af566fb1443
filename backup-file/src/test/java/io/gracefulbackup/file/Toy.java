package io.gracefulbackup.file;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SealedBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** A sealed form that tests can read: a line that says who it is, its checksum, a payload, the checksum of it all. */
final class Toy implements SealedBackup {
    private static final Random RANDOM = new Random();

    private final BackupHeader header;
    private final byte[] bytes;

    private Toy(BackupHeader header, byte[] bytes) {
        this.header = header;
        this.bytes = bytes;
    }

    static Toy first() {
        return seal("toy", "key", 1, 1, List.of(), 1000);
    }

    static Toy unrelated(long epoch, long sequence) {
        return seal("toy", "key", epoch, sequence, List.of(), 1000);
    }

    static Toy withUnknownKey() {
        return seal("toy", "lost", 1, 1, List.of(), 1000);
    }

    Toy next() {
        return next(1000);
    }

    Toy next(int payload) {
        return after(header, payload);
    }

    static Toy after(BackupHeader parent, int payload) {
        List<BackupId> ancestors = new ArrayList<>(parent.ancestors());
        ancestors.add(0, parent.id());
        return seal(
                "toy",
                "key",
                parent.epoch(),
                parent.sequence() + 1,
                ancestors.subList(0, Math.min(ancestors.size(), BackupHeader.MAX_ANCESTORS)),
                payload);
    }

    private static Toy seal(
            String magic, String key, long epoch, long sequence, List<BackupId> ancestors, int payload) {
        byte[] id = new byte[16];
        RANDOM.nextBytes(id);
        BackupHeader header = header(new BackupId(HexFormat.of().formatHex(id)), epoch, sequence, ancestors);
        String line = String.join(
                " ",
                magic,
                key,
                header.id().value(),
                "" + epoch,
                "" + sequence,
                "" + String.join(",", ancestors.stream().map(BackupId::value).toList()) + ";");
        byte[] head = ascii(line + " " + crc(ascii(line), line.length()) + "\n");
        byte[] body = new byte[payload];
        RANDOM.nextBytes(body);
        byte[] all = Arrays.copyOf(head, head.length + payload + 8);
        System.arraycopy(body, 0, all, head.length, payload);
        System.arraycopy(ascii(crc(all, all.length - 8)), 0, all, all.length - 8, 8);
        return new Toy(header, all);
    }

    static Inspection inspectHeader(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < 4000; c = in.read()) {
            line.append((char) c);
        }
        String[] fields = line.toString().split(" ", -1);
        if (!fields[0].equals("toy")) {
            return new Inspection.Foreign("it begins with something else");
        }
        String unsigned = line.substring(0, Math.max(0, line.length() - 9));
        if (fields.length != 7 || !fields[6].equals(crc(ascii(unsigned), unsigned.length()))) {
            return new Inspection.Damaged("its first line is wrong");
        }
        if (!fields[1].equals("key")) {
            return new Inspection.UnknownKey(fields[1]);
        }
        List<BackupId> ancestors = Arrays.stream(fields[5].replace(";", "").split(","))
                .filter(BackupId::isValid)
                .map(BackupId::new)
                .toList();
        return new Inspection.Intact(
                header(new BackupId(fields[2]), Long.parseLong(fields[3]), Long.parseLong(fields[4]), ancestors));
    }

    static Inspection inspect(InputStream in) throws IOException {
        byte[] all = in.readAllBytes();
        Inspection header = inspectHeader(new ByteArrayInputStream(all));
        boolean whole = all.length > 8
                && Arrays.equals(Arrays.copyOfRange(all, all.length - 8, all.length), ascii(crc(all, all.length - 8)));
        return header instanceof Inspection.Intact && !whole ? new Inspection.Damaged("its checksum is wrong") : header;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public BackupHeader header() {
        return header;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String contentDigest() {
        return sha256();
    }

    @Override
    public long stateBytes() {
        return bytes.length;
    }

    @Override
    public InputStream newStream() throws IOException {
        return new ByteArrayInputStream(bytes);
    }

    private static BackupHeader header(BackupId id, long epoch, long sequence, List<BackupId> ancestors) {
        return new BackupHeader(
                "toy",
                id,
                epoch,
                sequence,
                ancestors.isEmpty() ? null : ancestors.get(0),
                ancestors,
                "toy " + sequence,
                Instant.EPOCH,
                "MANUAL",
                null,
                "test",
                null);
    }

    private static String crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
