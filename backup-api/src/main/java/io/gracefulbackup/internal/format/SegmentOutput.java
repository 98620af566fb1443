package io.gracefulbackup.internal.format;

import java.io.IOException;
import java.io.OutputStream;
import javax.crypto.AEADBadTagException;

/** Seals a payload in segments. Only {@link #finish} writes the last one. */
final class SegmentOutput extends OutputStream {
    private final SegmentCipher cipher;
    private final OutputStream out;
    private final byte[] plain = new byte[SegmentCipher.PLAIN_BYTES];
    private final byte[] sealed = new byte[SegmentCipher.SEALED_BYTES];
    private int filled;

    SegmentOutput(SegmentCipher cipher, OutputStream out) {
        this.cipher = cipher;
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (filled == plain.length) {
                seal(false);
            }
            int piece = Math.min(length - done, plain.length - filled);
            System.arraycopy(bytes, offset + done, plain, filled, piece);
            filled += piece;
            done += piece;
        }
    }

    void finish() throws IOException {
        seal(true);
        out.flush();
    }

    private void seal(boolean last) throws IOException {
        try {
            out.write(sealed, 0, cipher.next(last, plain, filled, sealed));
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("Only opening can find a bad tag", e);
        }
        filled = 0;
    }
}
