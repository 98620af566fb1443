package io.gracefulbackup.ipfs;

import io.gracefulbackup.ipfs.cid.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A file that is to be downloaded.
 *
 * @param cid its CID
 * @param size how many bytes the catalogue says it has, or null
 * @param sha256 which digest the catalogue says it has, or null
 */
record DownloadTarget(
        Cid cid, @Nullable Long size, @Nullable String sha256) {}
