package io.gracefulbackup.ipfs.cid;

import java.io.ByteArrayOutputStream;

/** The little of protocol buffers that the two messages of IPFS need, in the byte order that it fixes. */
final class Protobuf {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Protobuf varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    Protobuf bytes(byte[] bytes, int length) {
        out.write(bytes, 0, length);
        return this;
    }

    Protobuf varintField(int number, long value) {
        return varint((number << 3) | VARINT).varint(value);
    }

    Protobuf bytesField(int number, byte[] bytes, int length) {
        return varint((number << 3) | LENGTH_DELIMITED).varint(length).bytes(bytes, length);
    }

    Protobuf bytesField(int number, byte[] bytes) {
        return bytesField(number, bytes, bytes.length);
    }

    Protobuf bytesField(int number, Protobuf message) {
        return bytesField(number, message.toByteArray());
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
