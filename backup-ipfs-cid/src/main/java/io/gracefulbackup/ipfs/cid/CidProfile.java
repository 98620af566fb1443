package io.gracefulbackup.ipfs.cid;

/**
 * The parameters by which IPFS turns a file into a tree of blocks. A file has a different CID under each profile,
 * unless it fits into one chunk.
 *
 * @param version the version of the CID: 0 stores chunks as {@code dag-pb} blocks, 1 as raw blocks
 * @param chunkSize the number of bytes per chunk; the last one may be shorter
 * @param width the number of children that a block has at most
 */
public record CidProfile(int version, int chunkSize, int width) {
    /** CIDv0 with the original parameters of IPFS: chunks of 256 KiB, 174 children. */
    public static final CidProfile V0 = new CidProfile(0, 256 * 1024, 174);

    /** CIDv1 with raw leaves and otherwise the same parameters: what Pinata documents. */
    public static final CidProfile V1 = new CidProfile(1, 256 * 1024, 174);

    /** CIDv1 of the profile {@code unixfs-v1-2025}: chunks of 1 MiB, 1024 children. */
    public static final CidProfile V1_2025 = new CidProfile(1, 1024 * 1024, 1024);

    /** CIDv1 with chunks of 1 MiB and 174 children, which some tools used before that profile existed. */
    public static final CidProfile V1_LARGE_CHUNKS = new CidProfile(1, 1024 * 1024, 174);

    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if a parameter is out of range
     */
    public CidProfile {
        if (version < 0 || version > 1 || chunkSize < 1 || width < 2) {
            throw new IllegalArgumentException(
                    "A profile has version 0 or 1, chunks of at least 1 byte and a width of at least"
                            + " 2, but this has version " + version + ", chunks of " + chunkSize + " and width "
                            + width);
        }
    }
}
