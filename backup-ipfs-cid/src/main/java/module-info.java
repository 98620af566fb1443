/**
 * Computes IPFS content identifiers (CIDs). Not for applications: only the IPFS sink and the stand-in for Pinata see it.
 */
@SuppressWarnings("module") // The sink's module is compiled after this one.
module io.gracefulbackup.ipfs.cid {
    requires static org.jspecify;

    exports io.gracefulbackup.ipfs.cid to
            io.gracefulbackup.ipfs.pinata,
            io.gracefulbackup.testkit.fakes;
}
