/**
 * Computes IPFS content identifiers (CIDs) from the bytes of a file, without an IPFS node. Start reading at {@code
 * CidCalculator}. Internal: used by the IPFS sink and the stand-in for Pinata only, and may change in any release.
 */
@NullMarked
package io.gracefulbackup.ipfs.cid;

import org.jspecify.annotations.NullMarked;
