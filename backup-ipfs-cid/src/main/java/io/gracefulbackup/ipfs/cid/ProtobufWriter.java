package io.gracefulbackup.ipfs.cid;

import java.io.ByteArrayOutputStream;

/** Writes the few elements of the protocol buffer encoding that the blocks of IPFS consist of. */
final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ProtobufWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    ProtobufWriter bytes(byte[] bytes, int length) {
        out.write(bytes, 0, length);
        return this;
    }

    ProtobufWriter varintField(int number, long value) {
        return varint((number << 3) | VARINT).varint(value);
    }

    ProtobufWriter bytesField(int number, byte[] bytes, int length) {
        return varint((number << 3) | LENGTH_DELIMITED).varint(length).bytes(bytes, length);
    }

    ProtobufWriter bytesField(int number, byte[] bytes) {
        return bytesField(number, bytes, bytes.length);
    }

    ProtobufWriter bytesField(int number, ProtobufWriter message) {
        return bytesField(number, message.toByteArray());
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
