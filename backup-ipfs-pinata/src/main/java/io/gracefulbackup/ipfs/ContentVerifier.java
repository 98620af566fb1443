package io.gracefulbackup.ipfs;

import io.gracefulbackup.ipfs.cid.Cid;
import io.gracefulbackup.ipfs.cid.CidCalculator;
import io.gracefulbackup.ipfs.cid.CidProfile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Verifies that downloaded bytes are the content that a CID identifies.
 *
 * <p>The profile by which a service computed the CID is unknown, so the CIDs of all common profiles are computed. If
 * none of them matches, only a digest in the catalog can decide.
 */
final class ContentVerifier {
    /** The prefix of the CID of a single raw block. Such a CID does not depend on the profile. */
    private static final String SINGLE_RAW_BLOCK = "bafkrei";

    private final DownloadTarget target;
    private final CidCalculator calculator;
    private final MessageDigest digest;

    /** The result of a verification. */
    enum Verdict {
        /** The bytes are the content of the CID. */
        MATCH,
        /** The bytes are something else. */
        MISMATCH,
        /** Neither can be proven. */
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
            throw new IllegalStateException("Every Java platform has SHA-256, but this one does not", e);
        }
    }

    /** The common profiles for a version of CIDs. */
    static List<CidProfile> profiles(int version) {
        return version == 0
                ? List.of(CidProfile.V0)
                : List.of(CidProfile.V1, CidProfile.V1_2025, CidProfile.V1_LARGE_CHUNKS);
    }

    /** Adds the next bytes. */
    void update(byte[] bytes, int offset, int length) {
        calculator.update(bytes, offset, length);
        digest.update(bytes, offset, length);
    }

    /** Ends the content and returns the verdict. Must be called once. */
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
