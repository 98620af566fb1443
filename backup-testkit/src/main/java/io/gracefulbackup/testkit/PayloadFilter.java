package io.gracefulbackup.testkit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * A stream of sealed bytes with one bit of the payload flipped: its first byte, behind the preamble, the header and the MAC.
 * The header stays authentic, so the damage shows only to whoever reads the payload.
 */
final class PayloadFilter extends FilterInputStream {
    private static final int MAC_LENGTH = 32;
    /** Magic, version, and the lengths of preamble and header. */
    private static final int LENGTHS_END = 10;

    private final ByteBuffer begin = ByteBuffer.allocate(LENGTHS_END);
    private long position;

    private PayloadFilter(InputStream in) {
        super(in);
    }

    static InputStream flip(InputStream in) {
        return new PayloadFilter(in);
    }

    /**
     * The place of the first byte of the payload.
     *
     * @param begin the first ten bytes of a backup, or more
     * @throws IllegalArgumentException if they are not the beginning of a sealed backup
     */
    static int payloadBegin(ByteBuffer begin) {
        if (begin.limit() < LENGTHS_END || begin.get(0) != 'G' || begin.get(1) != 'B' || begin.get(2) != 'K') {
            throw new IllegalArgumentException(
                    "These bytes are not a sealed backup, so they have no payload to damage");
        }
        return (begin.getShort(4) & 0xffff) + begin.getInt(6) + MAC_LENGTH;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        for (int i = 0; i < count && begin.hasRemaining(); i++) {
            begin.put(bytes[offset + i]);
        }
        if (count > 0 && !begin.hasRemaining()) {
            long place = payloadBegin(begin) - position;
            if (place >= 0 && place < count) {
                bytes[offset + (int) place] ^= 1;
            }
        }
        position += Math.max(0, count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
