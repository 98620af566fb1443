package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupHeader;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/** Everything before the payload (preamble, header, MAC), and the key of the payload, which depends on every bit of that. */
final class SealedHeader {
    private static final int MAC_BYTES = 32;

    private final BackupHeader header;
    private final RootKey root;
    private final Preamble preamble;
    private final byte[] sealed;
    private final byte[] mac;

    private SealedHeader(BackupHeader header, RootKey root, Preamble preamble, byte[] sealed, byte[] mac) {
        this.header = header;
        this.root = root;
        this.preamble = preamble;
        this.sealed = sealed;
        this.mac = mac;
    }

    static SealedHeader seal(BackupHeader header, RootKey root, byte[] fileNonce) {
        byte[] json = HeaderCodec.encode(header);
        Preamble preamble = Preamble.of(json.length + SegmentCipher.TAG_BYTES, root.salt(), root.id(), fileNonce);
        try {
            byte[] sealed = SegmentCipher.sealing(root.headerKey(fileNonce)).header(preamble.bytes(), json);
            return new SealedHeader(header, root, preamble, sealed, mac(root, preamble, sealed));
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("Only opening can find a bad tag", e);
        }
    }

    /** Reads everything before the payload. Checks in the order of FORMAT.md. */
    static SealedHeader open(InputStream in, KeyRing keys, String application) throws IOException {
        Preamble preamble = Preamble.read(in);
        RootKey root = keys.find(preamble);
        byte[] sealed = in.readNBytes(preamble.headerLength());
        byte[] mac = in.readNBytes(MAC_BYTES);
        if (mac.length < MAC_BYTES) {
            throw tampered("it is cut");
        }
        if (!MessageDigest.isEqual(mac, mac(root, preamble, sealed))) {
            throw tampered("its authentication code does not match");
        }
        BackupHeader header = decode(preamble, root, sealed);
        if (!header.application().equals(application)) {
            throw new UnreadableBackupException.OtherApplication(
                    "The backup belongs to the application \"" + header.application() + "\", and this is \""
                            + application
                            + "\". If it is the same one under a new name, set BACKUP_APP to the old name",
                    header);
        }
        return new SealedHeader(header, root, preamble, sealed, mac);
    }

    private static BackupHeader decode(Preamble preamble, RootKey root, byte[] sealed) {
        try {
            SegmentCipher cipher = SegmentCipher.opening(root.headerKey(preamble.fileNonce()));
            return HeaderCodec.decode(cipher.header(preamble.bytes(), sealed));
        } catch (AEADBadTagException e) {
            throw tampered("it does not authenticate");
        } catch (IllegalArgumentException e) {
            throw tampered("it is authentic but makes no sense: " + e.getMessage());
        }
    }

    private static byte[] mac(RootKey root, Preamble preamble, byte[] sealed) {
        byte[] key = root.macKey(preamble.fileNonce());
        try {
            return KeyDerivation.hmac(key, preamble.bytes(), sealed);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static UnreadableBackupException tampered(String how) {
        return new UnreadableBackupException.TamperedHeader(
                "The header of the backup is not what was sealed: " + how + ". Use another copy");
    }

    BackupHeader header() {
        return header;
    }

    RootKey root() {
        return root;
    }

    byte[] bytes() {
        byte[] before = preamble.bytes();
        byte[] all = Arrays.copyOf(before, before.length + sealed.length + mac.length);
        System.arraycopy(sealed, 0, all, before.length, sealed.length);
        System.arraycopy(mac, 0, all, before.length + sealed.length, mac.length);
        return all;
    }

    byte[] payloadKey() {
        return root.payloadKey(preamble.fileNonce(), KeyDerivation.sha256().digest(bytes()));
    }
}
