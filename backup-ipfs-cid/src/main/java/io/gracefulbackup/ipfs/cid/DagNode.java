package io.gracefulbackup.ipfs.cid;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** A block: a chunk of a file, or a list of blocks. Only its name and sizes are kept. */
final class DagNode {
    private static final int RAW = 0x55;
    private static final int DAG_PB = 0x70;

    private final int codec;
    private final boolean hasRawLeaves;
    private final byte[] digest;
    private final long fileSize;
    private final long dagSize;

    private DagNode(int codec, boolean hasRawLeaves, byte[] digest, long fileSize, long dagSize) {
        this.codec = codec;
        this.hasRawLeaves = hasRawLeaves;
        this.digest = digest;
        this.fileSize = fileSize;
        this.dagSize = dagSize;
    }

    /** A block that is nothing but the chunk. */
    static DagNode rawLeaf(byte[] chunk, int length) {
        MessageDigest sha256 = sha256();
        sha256.update(chunk, 0, length);
        return new DagNode(RAW, true, sha256.digest(), length, length);
    }

    /** A block that has the chunk in a UnixFS message in a dag-pb message. */
    static DagNode dagPbLeaf(byte[] chunk, int length) {
        ProtobufWriter unixFs = new ProtobufWriter().varintField(1, 2);
        if (length > 0) {
            unixFs.bytesField(2, chunk, length);
        }
        unixFs.varintField(3, length);
        byte[] block = new ProtobufWriter().bytesField(1, unixFs).toByteArray();
        return new DagNode(DAG_PB, false, sha256().digest(block), length, block.length);
    }

    /** A block that lists its children: links first, then the sizes of the parts of the file. */
    static DagNode parent(List<DagNode> children) {
        ProtobufWriter block = new ProtobufWriter();
        long fileSize = 0;
        long dagSize = 0;
        for (DagNode child : children) {
            ProtobufWriter link = new ProtobufWriter()
                    .bytesField(1, child.cidBytes())
                    .bytesField(2, new byte[0])
                    .varintField(3, child.dagSize);
            block.bytesField(2, link);
            fileSize += child.fileSize;
            dagSize += child.dagSize;
        }
        ProtobufWriter unixFs = new ProtobufWriter().varintField(1, 2).varintField(3, fileSize);
        children.forEach(child -> unixFs.varintField(4, child.fileSize));
        byte[] bytes = block.bytesField(1, unixFs).toByteArray();
        return new DagNode(
                DAG_PB, children.get(0).hasRawLeaves, sha256().digest(bytes), fileSize, bytes.length + dagSize);
    }

    UnixFsFile toFile(int version) {
        String text = version == 0 ? Multibase.base58(cidBytes()) : "b" + Multibase.base32(cidBytes());
        return new UnixFsFile(new Cid(text), fileSize, dagSize);
    }

    /** Version 0 is a bare multihash; version 1 says its version and codec before it. */
    private byte[] cidBytes() {
        ProtobufWriter bytes = new ProtobufWriter();
        if (hasRawLeaves) {
            bytes.varint(1).varint(codec);
        }
        return bytes.varint(0x12)
                .varint(digest.length)
                .bytes(digest, digest.length)
                .toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but this one has not", e);
        }
    }
}
