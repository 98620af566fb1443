package io.gracefulbackup.examples.registry;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Who somebody is to the state. Kept in the identity registry alone and never shown.
 *
 * @param aadhar 12 digits
 * @param pan such as ABCDE1234F
 */
record Identity(String aadhar, String pan) {
    static final Pattern AADHAR = Pattern.compile("[0-9]{12}");
    static final Pattern PAN = Pattern.compile("[A-Z]{5}[0-9]{4}[A-Z]");

    Identity {
        Objects.requireNonNull(aadhar, "aadhar");
        Objects.requireNonNull(pan, "pan");
    }

    /** Nothing of it: logs are read by many. */
    @Override
    public String toString() {
        return "Identity[…]";
    }
}
