/** Computes IPFS content identifiers (CIDs). Not for applications: exported to the IPFS sink and the test kit only. */
@SuppressWarnings("module") // The sink's module is compiled after this one.
module io.gracefulbackup.ipfs.cid {
    requires static org.jspecify;

    exports io.gracefulbackup.ipfs.cid to
            io.gracefulbackup.ipfs.pinata,
            io.gracefulbackup.testkit.fakes;
}
