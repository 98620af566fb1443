package io.gracefulbackup.internal.format;

import java.io.IOException;
import java.io.InputStream;
import javax.crypto.AEADBadTagException;

/**
 * Opens a payload segment by segment. Returns authenticated bytes only, and ends only after the last segment. The last
 * segment is the one at the end of the bytes; it is never tried as any other one.
 */
final class SegmentInput extends InputStream {
    private final SegmentCipher cipher;
    private final InputStream in;
    /** One byte longer than a segment: the first byte of the next segment shows that the present one is not the last. */
    private final byte[] sealed = new byte[SegmentCipher.SEALED_BYTES + 1];

    private final byte[] plain = new byte[SegmentCipher.PLAIN_BYTES];
    private int carried;
    private int position;
    private int limit;
    private long segments;
    private boolean ended;

    SegmentInput(SegmentCipher cipher, InputStream in) {
        this.cipher = cipher;
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return available() > 0 || open() ? plain[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (available() == 0 && !open()) {
            return -1;
        }
        int piece = Math.min(length, available());
        System.arraycopy(plain, position, target, offset, piece);
        position += piece;
        return piece;
    }

    @Override
    public int available() {
        return limit - position;
    }

    private boolean open() throws IOException {
        if (ended) {
            return false;
        }
        int held = carried + in.readNBytes(sealed, carried, sealed.length - carried);
        boolean last = held < sealed.length;
        int length = last ? held : SegmentCipher.SEALED_BYTES;
        if (length <= SegmentCipher.TAG_BYTES) {
            throw damaged("is cut");
        }
        try {
            limit = cipher.next(last, sealed, length, plain);
        } catch (AEADBadTagException e) {
            throw damaged(last ? "is changed or cut" : "is changed");
        }
        position = 0;
        segments++;
        ended = last;
        carried = last ? 0 : 1;
        sealed[0] = sealed[SegmentCipher.SEALED_BYTES];
        return true;
    }

    private UnreadableBackupException damaged(String how) {
        return new UnreadableBackupException.DamagedPayload(
                "The payload of the backup is damaged: segment " + segments + " " + how + ". Use another copy");
    }
}
