package io.gracefulbackup.ipfs;

import io.gracefulbackup.ipfs.cid.Cid;
import io.gracefulbackup.ipfs.cid.CidCalculator;
import io.gracefulbackup.ipfs.cid.CidShape;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Whether bytes are those that a CID means. It is not known how a service cuts a file into blocks, so the CIDs of all usual
 * ways are computed; and if none of them is it, only the digest in the catalogue can tell.
 */
final class ContentCheck {
    /** A file in one block has the same CID however large files are cut. */
    private static final String ONE_RAW_BLOCK = "bafkrei";

    private final Wanted wanted;
    private final CidCalculator calculator;
    private final MessageDigest digest;

    enum Verdict {
        /** They are. */
        RIGHT,
        /** They are not. */
        WRONG,
        /** It cannot be told. */
        UNKNOWN
    }

    ContentCheck(Wanted wanted) {
        this.wanted = wanted;
        calculator = new CidCalculator(shapes(wanted.cid().text().startsWith("Qm") ? 0 : 1));
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
    static List<CidShape> shapes(int version) {
        return version == 0 ? List.of(CidShape.V0) : List.of(CidShape.V1, CidShape.V1_2025, CidShape.V1_LARGE_CHUNKS);
    }

    void update(byte[] bytes, int offset, int length) {
        calculator.update(bytes, offset, length);
        digest.update(bytes, offset, length);
    }

    /** Ends it. */
    Verdict verdict() {
        Cid cid = wanted.cid();
        if (calculator.finish().values().stream().anyMatch(file -> file.cid().equals(cid))) {
            return Verdict.RIGHT;
        }
        boolean certain = cid.text().startsWith(ONE_RAW_BLOCK);
        if (wanted.sha256() == null || certain) {
            return certain ? Verdict.WRONG : Verdict.UNKNOWN;
        }
        return wanted.sha256().equals(HexFormat.of().formatHex(digest.digest())) ? Verdict.RIGHT : Verdict.WRONG;
    }
}
