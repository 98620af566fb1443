package io.gracefulbackup.examples.registry;

import java.util.Objects;

/**
 * A change of ownership, as recorded in a block. Deeds are public, so a deed identifies the owner by a customer key and
 * never by Aadhar number or PAN.
 *
 * @param action the kind of change
 * @param propertyKey the key of the property
 * @param customerKey the key of the new owner
 * @param owner the name of the new owner
 * @param survey the survey number
 * @param address the address of the property
 * @param value the value in rupees
 */
record Deed(
        Action action,
        String propertyKey,
        String customerKey,
        String owner,
        String survey,
        String address,
        long value) {

    /** The kind of change. */
    enum Action {
        REGISTERED,
        TRANSFERRED
    }

    Deed {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(propertyKey, "propertyKey");
        Objects.requireNonNull(customerKey, "customerKey");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(survey, "survey");
        Objects.requireNonNull(address, "address");
    }
}
