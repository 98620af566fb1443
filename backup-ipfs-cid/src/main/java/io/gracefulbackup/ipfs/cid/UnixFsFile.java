package io.gracefulbackup.ipfs.cid;

/**
 * A file as IPFS knows it.
 *
 * @param cid its name
 * @param size the number of its bytes
 * @param dagSize the number of bytes in all of its blocks, which is what IPFS services call the size of a pin
 */
public record UnixFsFile(Cid cid, long size, long dagSize) {}
