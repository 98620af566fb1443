package io.gracefulbackup.ipfs.cid;

/**
 * A file as IPFS stores it.
 *
 * @param cid the CID of its root block
 * @param size the number of bytes of the file
 * @param dagSize the number of bytes of all its blocks, which IPFS services report as the size of a pin
 */
public record UnixFsFile(Cid cid, long size, long dagSize) {}
