package io.gracefulbackup.examples.registry;

import java.util.Objects;

/**
 * What a block records: who owns a property from then on. Everybody may read it, so it names the owner by the customer
 * key and never by Aadhar or PAN.
 *
 * @param action what happened
 * @param propertyKey the property
 * @param customerKey the owner's identity
 * @param owner the owner's name
 * @param survey the survey number
 * @param address where it lies
 * @param value in rupees
 */
record Deed(
        Action action,
        String propertyKey,
        String customerKey,
        String owner,
        String survey,
        String address,
        long value) {

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
