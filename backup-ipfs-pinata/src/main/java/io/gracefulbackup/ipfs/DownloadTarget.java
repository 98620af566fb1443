package io.gracefulbackup.ipfs;

import io.gracefulbackup.ipfs.cid.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A file to download.
 *
 * @param cid the CID
 * @param size the size in bytes according to the catalog, or null if unknown
 * @param sha256 the digest according to the catalog, 64 lower-case hexadecimal digits, or null if unknown
 */
record DownloadTarget(
        Cid cid, @Nullable Long size, @Nullable String sha256) {}
