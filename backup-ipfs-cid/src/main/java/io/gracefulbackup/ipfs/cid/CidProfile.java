package io.gracefulbackup.ipfs.cid;

/**
 * How a file becomes a tree of blocks. The same bytes have another CID in each shape, unless they fit into one chunk.
 *
 * @param version the version of the CID: 0 stores chunks as {@code dag-pb} blocks, 1 as raw ones
 * @param chunkSize the number of bytes in each chunk but the last
 * @param width how many children a block of the tree has at most
 */
public record CidProfile(int version, int chunkSize, int width) {
    /** CIDv0 as IPFS always made it: chunks of 256 KiB, 174 children. */
    public static final CidProfile V0 = new CidProfile(0, 256 * 1024, 174);

    /** CIDv1 with the same tree and raw leaves: what Pinata documents. */
    public static final CidProfile V1 = new CidProfile(1, 256 * 1024, 174);

    /** CIDv1 in the profile {@code unixfs-v1-2025}: chunks of 1 MiB, 1024 children. */
    public static final CidProfile V1_2025 = new CidProfile(1, 1024 * 1024, 1024);

    /** CIDv1 with chunks of 1 MiB in the old tree, as some tools of the years between made it. */
    public static final CidProfile V1_LARGE_CHUNKS = new CidProfile(1, 1024 * 1024, 174);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there is no such shape
     */
    public CidProfile {
        if (version < 0 || version > 1 || chunkSize < 1 || width < 2) {
            throw new IllegalArgumentException(
                    "A shape has version 0 or 1, chunks of at least 1 byte and a width of at least"
                            + " 2, but this has version " + version + ", chunks of " + chunkSize + " and width "
                            + width);
        }
    }
}
