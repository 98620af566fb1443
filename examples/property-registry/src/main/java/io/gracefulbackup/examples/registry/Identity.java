package io.gracefulbackup.examples.registry;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The official identity of an owner. Kept in the section {@code identity_registry} only and never shown.
 *
 * @param aadhar the Aadhar number: 12 digits
 * @param pan the PAN, such as ABCDE1234F
 */
record Identity(String aadhar, String pan) {
    static final Pattern AADHAR = Pattern.compile("[0-9]{12}");
    static final Pattern PAN = Pattern.compile("[A-Z]{5}[0-9]{4}[A-Z]");

    Identity {
        Objects.requireNonNull(aadhar, "aadhar");
        Objects.requireNonNull(pan, "pan");
    }

    /** Reveals nothing, because it may end up in a log. */
    @Override
    public String toString() {
        return "Identity[…]";
    }
}
