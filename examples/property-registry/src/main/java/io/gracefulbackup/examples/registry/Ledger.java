package io.gracefulbackup.examples.registry;

import io.gracefulbackup.examples.registry.Deed.Action;
import io.gracefulbackup.examples.registry.RegistryException.ConflictException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of the registry: the chain, and the indexes over it. The indexes can be derived from the chain, except for
 * the identities. Not safe for use by several threads.
 */
final class Ledger {
    final Blockchain chain = new Blockchain();
    final Map<String, Property> properties = new HashMap<>();
    final Map<String, String> propertyKeysBySurvey = new HashMap<>();
    final Map<String, String> ownersByCustomerKey = new HashMap<>();
    final Map<String, Identity> identitiesByCustomerKey = new HashMap<>();

    private final Map<String, String> customerKeysByAadhar = new HashMap<>();
    private final Map<String, String> customerKeysByPan = new HashMap<>();

    /**
     * Adds a block to the chain and to the indexes.
     *
     * @throws IllegalArgumentException if the block contradicts the chain; the ledger is then unchanged
     */
    void add(Block block) {
        Deed deed = block.deed();
        Optional<Property> existing = Optional.ofNullable(properties.get(deed.propertyKey()));
        if (existing.isPresent() == (deed.action() == Action.REGISTERED)
                || !deed.propertyKey().equals(propertyKeysBySurvey.getOrDefault(deed.survey(), deed.propertyKey()))
                || !deed.survey().equals(existing.map(Property::survey).orElse(deed.survey()))
                || !deed.owner().equals(ownersByCustomerKey.getOrDefault(deed.customerKey(), deed.owner()))) {
            throw new IllegalArgumentException("Block " + block.index() + " (" + deed.action() + " "
                    + deed.propertyKey() + ") contradicts the blocks before it");
        }
        chain.add(block);
        List<Integer> earlierBlocks = existing.map(Property::blocks).orElse(List.of());
        properties.put(deed.propertyKey(), Property.after(deed, earlierBlocks, block.index()));
        propertyKeysBySurvey.put(deed.survey(), deed.propertyKey());
        ownersByCustomerKey.put(deed.customerKey(), deed.owner());
    }

    /**
     * Finds the customer key of an owner.
     *
     * @return the key; empty if the identity is not registered yet
     * @throws ConflictException if a part of the identity belongs to another owner
     */
    Optional<String> customerKey(String owner, Identity identity) {
        String byAadhar = customerKeysByAadhar.get(identity.aadhar());
        String byPan = customerKeysByPan.get(identity.pan());
        if (byAadhar == null && byPan == null) {
            return Optional.empty();
        }
        if (byAadhar == null || !byAadhar.equals(byPan)) {
            throw new ConflictException("This "
                    + (byAadhar == null ? "PAN" : "Aadhar number")
                    + " is registered together with another "
                    + (byAadhar == null ? "Aadhar number" : "PAN"));
        }
        if (!owner.equals(ownersByCustomerKey.get(byAadhar))) {
            throw new ConflictException("This identity is registered under another owner's name");
        }
        return Optional.of(byAadhar);
    }

    /**
     * Registers the identity of a customer.
     *
     * @throws IllegalArgumentException if the customer or a part of the identity is registered already
     */
    void addIdentity(String customerKey, Identity identity) {
        if (identitiesByCustomerKey.containsKey(customerKey)
                || customerKeysByAadhar.containsKey(identity.aadhar())
                || customerKeysByPan.containsKey(identity.pan())) {
            throw new IllegalArgumentException("The identity of customer " + customerKey + " is registered twice");
        }
        identitiesByCustomerKey.put(customerKey, identity);
        customerKeysByAadhar.put(identity.aadhar(), customerKey);
        customerKeysByPan.put(identity.pan(), customerKey);
    }
}
