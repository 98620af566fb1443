package io.gracefulbackup.ipfs.cid;

import java.util.regex.Pattern;

/**
 * The name of content in IPFS: a CIDv0 ({@code Qm…}), or a CIDv1 in base 32 ({@code b…}). Has only letters and digits, so it
 * is safe in a URL.
 *
 * @param text the CID as people write it
 */
public record Cid(String text) {
    private static final Pattern FORM = Pattern.compile("Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{58,100}");

    /**
     * Checks the form, not that there is such content.
     *
     * @throws IllegalArgumentException if the text has not the form of a CID
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
