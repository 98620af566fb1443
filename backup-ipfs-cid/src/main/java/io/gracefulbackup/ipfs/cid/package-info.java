/**
 * IPFS content identifiers, computed from the bytes of a file without an IPFS node. Internal: shared by the IPFS sink and
 * the fake Pinata of {@code backup-testkit-fakes}, and may change with any release.
 */
@NullMarked
package io.gracefulbackup.ipfs.cid;

import org.jspecify.annotations.NullMarked;
