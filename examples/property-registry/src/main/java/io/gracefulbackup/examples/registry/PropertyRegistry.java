package io.gracefulbackup.examples.registry;

import io.gracefulbackup.examples.registry.Deed.Action;
import io.gracefulbackup.examples.registry.RegistryException.ConflictException;
import io.gracefulbackup.examples.registry.RegistryException.UnknownPropertyException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/** The rules of the registry: registers properties and transfers them. Safe for use by several threads. */
final class PropertyRegistry {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Clock clock;
    /** Replaced as a whole by a restore, before any request is served. */
    private volatile Ledger ledger = new Ledger();

    PropertyRegistry(Clock clock) {
        this.clock = clock;
    }

    /**
     * Registers a property.
     *
     * @return the block that records it
     * @throws ConflictException if the survey number is registered already, or a part of the identity belongs to
     *     another owner
     */
    Block register(String owner, Identity identity, String survey, String address, long value) {
        return write(ledger -> {
            Optional<String> existingKey = ledger.customerKey(owner, identity);
            if (ledger.propertyKeysBySurvey.containsKey(survey)) {
                throw new ConflictException("Survey number \"" + survey + "\" is registered already, as property "
                        + ledger.propertyKeysBySurvey.get(survey));
            }
            String customerKey = existingKey.orElseGet(() -> addCustomer(ledger, identity));
            return append(ledger, new Deed(Action.REGISTERED, newKey(), customerKey, owner, survey, address, value));
        });
    }

    /**
     * Transfers a property to another owner.
     *
     * @return the block that records it
     * @throws UnknownPropertyException if there is no such property
     * @throws ConflictException if the new owner already owns it, or a part of the identity belongs to another owner
     */
    Block transfer(String propertyKey, String newOwner, Identity identity) {
        return write(ledger -> {
            Property property = requireProperty(ledger, propertyKey);
            Optional<String> existingKey = ledger.customerKey(newOwner, identity);
            if (existingKey.equals(Optional.of(property.customerKey()))) {
                throw new ConflictException("Property " + propertyKey + " belongs to this owner already");
            }
            String customerKey = existingKey.orElseGet(() -> addCustomer(ledger, identity));
            return append(
                    ledger,
                    new Deed(
                            Action.TRANSFERRED,
                            propertyKey,
                            customerKey,
                            newOwner,
                            property.survey(),
                            property.address(),
                            property.value()));
        });
    }

    /**
     * Finds a property and its history.
     *
     * @throws UnknownPropertyException if there is no such property
     */
    PropertyRecord property(String key) {
        return read(ledger -> {
            Property property = requireProperty(ledger, key);
            return new PropertyRecord(
                    property, property.blocks().stream().map(ledger.chain::get).toList());
        });
    }

    /** A copy of the current blocks, oldest first. */
    List<Block> blocks() {
        return read(ledger -> ledger.chain.blocks());
    }

    /** The number of registered properties. */
    int propertyCount() {
        return read(ledger -> ledger.properties.size());
    }

    /** The lock under which backups are made: nothing changes while it is held. */
    Lock readLock() {
        return lock.readLock();
    }

    /** The state. To be accessed only while holding {@link #readLock()}. */
    Ledger ledger() {
        return ledger;
    }

    /** Replaces the state with a restored one. */
    void replace(Ledger restored) {
        ledger = restored;
    }

    private Block append(Ledger ledger, Deed deed) {
        // Every JSON reader preserves milliseconds, but not nanoseconds.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Block block = ledger.chain.next(now, deed);
        ledger.add(block);
        return block;
    }

    private static String addCustomer(Ledger ledger, Identity identity) {
        String key = newKey();
        ledger.addIdentity(key, identity);
        return key;
    }

    private static Property requireProperty(Ledger ledger, String key) {
        Property property = ledger.properties.get(key);
        if (property == null) {
            throw new UnknownPropertyException(key);
        }
        return property;
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    private <T> T read(Function<Ledger, T> action) {
        return withLock(lock.readLock(), action);
    }

    private <T> T write(Function<Ledger, T> action) {
        return withLock(lock.writeLock(), action);
    }

    private <T> T withLock(Lock held, Function<Ledger, T> action) {
        held.lock();
        try {
            return action.apply(ledger);
        } finally {
            held.unlock();
        }
    }

    /**
     * A property and its history.
     *
     * @param property the current state
     * @param history the blocks that record its history, oldest first
     */
    record PropertyRecord(Property property, List<Block> history) {}
}
