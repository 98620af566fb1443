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

/** The rules of the register. Safe for use by any number of threads. */
final class PropertyRegistry {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Clock clock;
    /** Replaced as a whole by a restore, which happens before anybody else asks. */
    private volatile Ledger ledger = new Ledger();

    PropertyRegistry(Clock clock) {
        this.clock = clock;
    }

    /**
     * Registers a property under a new survey number.
     *
     * @throws ConflictException if the survey number is taken, or the identity belongs to somebody else
     */
    Block register(String owner, Identity identity, String survey, String address, long value) {
        return write(ledger -> {
            Optional<String> existingKey = ledger.customerKey(owner, identity);
            if (ledger.surveys.containsKey(survey)) {
                throw new ConflictException("Survey number \"" + survey + "\" is registered already, as property "
                        + ledger.surveys.get(survey));
            }
            String customerKey = existingKey.orElseGet(() -> addCustomer(ledger, identity));
            return append(ledger, new Deed(Action.REGISTERED, newKey(), customerKey, owner, survey, address, value));
        });
    }

    /**
     * Gives a property to another owner.
     *
     * @throws UnknownPropertyException if there is none of that key
     * @throws ConflictException if it is the new owner's already, or the identity belongs to somebody else
     */
    Block transfer(String propertyKey, String newOwner, Identity identity) {
        return write(ledger -> {
            Property property = require(ledger, propertyKey);
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
     * A property with its history.
     *
     * @throws UnknownPropertyException if there is none of that key
     */
    PropertyRecord property(String key) {
        return read(ledger -> {
            Property property = require(ledger, key);
            return new PropertyRecord(
                    property, property.blocks().stream().map(ledger.chain::get).toList());
        });
    }

    /** The blocks at this moment. */
    List<Block> blocks() {
        return read(ledger -> ledger.chain.blocks());
    }

    int propertyCount() {
        return read(ledger -> ledger.properties.size());
    }

    /** While it is held nothing changes: backups are made under it. */
    Lock readLock() {
        return lock.readLock();
    }

    /** The state itself; to be read under {@link #readLock()} only. */
    Ledger ledger() {
        return ledger;
    }

    /** Takes over a restored state. */
    void replace(Ledger restored) {
        ledger = restored;
    }

    private Block append(Ledger ledger, Deed deed) {
        // Milliseconds survive every JSON reader; nanoseconds would not.
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

    private static Property require(Ledger ledger, String key) {
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
     * A property with the blocks that tell its history, oldest first.
     *
     * @param property as it is now
     * @param history its blocks
     */
    record PropertyRecord(Property property, List<Block> history) {}
}
