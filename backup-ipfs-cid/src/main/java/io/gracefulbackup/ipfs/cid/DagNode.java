package io.gracefulbackup.ipfs.cid;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A node of the Merkle DAG of a file: a chunk of the file, or a parent of other nodes. Keeps the digest and the sizes
 * of its block, not the block itself.
 */
final class DagNode {
    private static final int RAW = 0x55;
    private static final int DAG_PB = 0x70;

    private final int codec;
    /** Raw leaves make the CIDs of a tree CIDv1, others CIDv0. */
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

    /** A leaf whose block is the chunk itself. */
    static DagNode rawLeaf(byte[] chunk, int length) {
        MessageDigest sha256 = sha256();
        sha256.update(chunk, 0, length);
        return new DagNode(RAW, true, sha256.digest(), length, length);
    }

    /** A leaf whose block contains the chunk in a UnixFS message within a {@code dag-pb} message. */
    static DagNode dagPbLeaf(byte[] chunk, int length) {
        ProtobufWriter unixFs = new ProtobufWriter().varintField(1, 2);
        if (length > 0) {
            unixFs.bytesField(2, chunk, length);
        }
        unixFs.varintField(3, length);
        byte[] block = new ProtobufWriter().bytesField(1, unixFs).toByteArray();
        return new DagNode(DAG_PB, false, sha256().digest(block), length, block.length);
    }

    /** A node whose block lists its children: first the links, then in a UnixFS message their sizes within the file. */
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

    /** The file whose root this node is. */
    UnixFsFile toFile(int version) {
        String text = version == 0 ? Multibase.base58(cidBytes()) : "b" + Multibase.base32(cidBytes());
        return new UnixFsFile(new Cid(text), fileSize, dagSize);
    }

    /** The binary CID. CIDv0 is the multihash alone; CIDv1 puts the version and the codec before it. */
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
            throw new IllegalStateException("Every Java platform has SHA-256, but this one does not", e);
        }
    }
}
