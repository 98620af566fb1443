package io.gracefulbackup.ipfs.cid;

import java.util.regex.Pattern;

/**
 * A content identifier of IPFS: a CIDv0 ({@code Qm…}) or a CIDv1 in base 32 ({@code b…}). It consists of letters and
 * digits only and needs no escaping in a URL.
 *
 * @param text the usual text form of the CID
 */
public record Cid(String text) {
    private static final Pattern FORM = Pattern.compile("Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{58,100}");

    /**
     * Checks the form of the text, not that such content exists.
     *
     * @throws IllegalArgumentException if the text does not have the form of a CID
     */
    public Cid {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    "A CID begins with Qm and has 46 letters and digits, or begins with b and has"
                            + " 59 or more lower-case ones, but this is \"" + text + "\"");
        }
    }

    /** Whether a text has the form of a CID. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** The CID as people write it. */
    @Override
    public String toString() {
        return text;
    }
}
