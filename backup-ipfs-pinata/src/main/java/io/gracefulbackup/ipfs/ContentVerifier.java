package io.gracefulbackup.ipfs;

import io.gracefulbackup.ipfs.cid.Cid;
import io.gracefulbackup.ipfs.cid.CidCalculator;
import io.gracefulbackup.ipfs.cid.CidProfile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Whether bytes are those that a CID means. It is not known how a service cuts a file into blocks, so the CIDs of all usual
 * ways are computed; and if none of them is it, only the digest in the catalogue can tell.
 */
final class ContentVerifier {
    /** A file in one block has the same CID however large files are cut. */
    private static final String SINGLE_RAW_BLOCK = "bafkrei";

    private final DownloadTarget target;
    private final CidCalculator calculator;
    private final MessageDigest digest;

    enum Verdict {
        /** They are. */
        MATCH,
        /** They are not. */
        MISMATCH,
        /** It cannot be told. */
        UNKNOWN
    }

    ContentVerifier(DownloadTarget target) {
        this.target = target;
        calculator = new CidCalculator(profiles(target.cid().text().startsWith("Qm") ? 0 : 1));
        digest = sha256();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but this one has not", e);
        }
    }

    /** The usual ways to make a CID of that version. */
    static List<CidProfile> profiles(int version) {
        return version == 0
                ? List.of(CidProfile.V0)
                : List.of(CidProfile.V1, CidProfile.V1_2025, CidProfile.V1_LARGE_CHUNKS);
    }

    void update(byte[] bytes, int offset, int length) {
        calculator.update(bytes, offset, length);
        digest.update(bytes, offset, length);
    }

    /** Ends it. */
    Verdict verdict() {
        Cid cid = target.cid();
        if (calculator.finish().values().stream().anyMatch(file -> file.cid().equals(cid))) {
            return Verdict.MATCH;
        }
        boolean certain = cid.text().startsWith(SINGLE_RAW_BLOCK);
        if (target.sha256() == null || certain) {
            return certain ? Verdict.MISMATCH : Verdict.UNKNOWN;
        }
        return target.sha256().equals(HexFormat.of().formatHex(digest.digest())) ? Verdict.MATCH : Verdict.MISMATCH;
    }
}
