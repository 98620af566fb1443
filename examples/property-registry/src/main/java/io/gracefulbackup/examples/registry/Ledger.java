package io.gracefulbackup.examples.registry;

import io.gracefulbackup.examples.registry.Deed.Action;
import io.gracefulbackup.examples.registry.RegistryException.ConflictException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state: the chain, and the indices by which things are found in it. All but the identities follows from the blocks.
 * Not safe for use by several threads.
 */
final class Ledger {
    final Blockchain chain = new Blockchain();
    final Map<String, Property> properties = new HashMap<>();
    final Map<String, String> surveys = new HashMap<>();
    /** Customer key to the owner's name. */
    final Map<String, String> customers = new HashMap<>();
    /** Customer key to who that is. */
    final Map<String, Identity> identities = new HashMap<>();

    private final Map<String, String> keyByAadhar = new HashMap<>();
    private final Map<String, String> keyByPan = new HashMap<>();

    /**
     * Adds a block to the chain and to the indices.
     *
     * @throws IllegalArgumentException if it does not follow from what is there; nothing has changed then
     */
    void add(Block block) {
        Deed deed = block.deed();
        Optional<Property> existing = Optional.ofNullable(properties.get(deed.propertyKey()));
        if (existing.isPresent() == (deed.action() == Action.REGISTERED)
                || !deed.propertyKey().equals(surveys.getOrDefault(deed.survey(), deed.propertyKey()))
                || !deed.survey().equals(existing.map(Property::survey).orElse(deed.survey()))
                || !deed.owner().equals(customers.getOrDefault(deed.customerKey(), deed.owner()))) {
            throw new IllegalArgumentException("Block " + block.index() + " (" + deed.action() + " "
                    + deed.propertyKey() + ") contradicts the blocks before it");
        }
        chain.add(block);
        List<Integer> earlierBlocks = existing.map(Property::blocks).orElse(List.of());
        properties.put(deed.propertyKey(), Property.after(deed, earlierBlocks, block.index()));
        surveys.put(deed.survey(), deed.propertyKey());
        customers.put(deed.customerKey(), deed.owner());
    }

    /**
     * The customer key of an owner who is known.
     *
     * @throws ConflictException if a part of the identity belongs to somebody else
     */
    Optional<String> customerKey(String owner, Identity identity) {
        String byAadhar = keyByAadhar.get(identity.aadhar());
        String byPan = keyByPan.get(identity.pan());
        if (byAadhar == null && byPan == null) {
            return Optional.empty();
        }
        if (byAadhar == null || !byAadhar.equals(byPan)) {
            throw new ConflictException("This "
                    + (byAadhar == null ? "PAN" : "Aadhar number")
                    + " is registered together with another "
                    + (byAadhar == null ? "Aadhar number" : "PAN"));
        }
        if (!owner.equals(customers.get(byAadhar))) {
            throw new ConflictException("This identity is registered under another owner's name");
        }
        return Optional.of(byAadhar);
    }

    /**
     * Keeps an identity.
     *
     * @throws IllegalArgumentException if a part of it is there already
     */
    void addIdentity(String customerKey, Identity identity) {
        if (identities.containsKey(customerKey)
                || keyByAadhar.containsKey(identity.aadhar())
                || keyByPan.containsKey(identity.pan())) {
            throw new IllegalArgumentException("The identity of customer " + customerKey + " is there twice");
        }
        identities.put(customerKey, identity);
        keyByAadhar.put(identity.aadhar(), customerKey);
        keyByPan.put(identity.pan(), customerKey);
    }
}
