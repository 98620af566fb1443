package io.gracefulbackup.examples.registry;

import io.gracefulbackup.examples.registry.Deed.Action;
import io.gracefulbackup.examples.registry.RegistryException.Conflict;
import io.gracefulbackup.examples.registry.RegistryException.UnknownProperty;
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
    private volatile Books books = new Books();

    PropertyRegistry(Clock clock) {
        this.clock = clock;
    }

    /**
     * Registers a property under a new survey number.
     *
     * @throws Conflict if the survey number is taken, or the identity belongs to somebody else
     */
    Block register(String owner, Identity identity, String survey, String address, long value) {
        return changing(books -> {
            Optional<String> known = books.customerKey(owner, identity);
            if (books.surveys.containsKey(survey)) {
                throw new Conflict("Survey number \"" + survey + "\" is registered already, as property "
                        + books.surveys.get(survey));
            }
            String customer = known.orElseGet(() -> newCustomer(books, identity));
            return append(books, new Deed(Action.REGISTERED, newKey(), customer, owner, survey, address, value));
        });
    }

    /**
     * Gives a property to another owner.
     *
     * @throws UnknownProperty if there is none of that key
     * @throws Conflict if it is the new owner's already, or the identity belongs to somebody else
     */
    Block transfer(String propertyKey, String newOwner, Identity identity) {
        return changing(books -> {
            Property property = known(books, propertyKey);
            Optional<String> known = books.customerKey(newOwner, identity);
            if (known.equals(Optional.of(property.customerKey()))) {
                throw new Conflict("Property " + propertyKey + " belongs to this owner already");
            }
            String customer = known.orElseGet(() -> newCustomer(books, identity));
            return append(
                    books,
                    new Deed(
                            Action.TRANSFERRED,
                            propertyKey,
                            customer,
                            newOwner,
                            property.survey(),
                            property.address(),
                            property.value()));
        });
    }

    /**
     * A property with its history.
     *
     * @throws UnknownProperty if there is none of that key
     */
    PropertyRecord property(String key) {
        return reading(books -> {
            Property property = known(books, key);
            return new PropertyRecord(
                    property, property.blocks().stream().map(books.chain::get).toList());
        });
    }

    /** The blocks at this moment. */
    List<Block> blocks() {
        return reading(books -> books.chain.blocks());
    }

    int propertyCount() {
        return reading(books -> books.properties.size());
    }

    /** While it is held nothing changes: backups are made under it. */
    Lock readLock() {
        return lock.readLock();
    }

    /** The state itself; to be read under {@link #readLock()} only. */
    Books books() {
        return books;
    }

    /** Takes over a restored state. */
    void replace(Books restored) {
        books = restored;
    }

    private Block append(Books books, Deed deed) {
        // Milliseconds survive every JSON reader; nanoseconds would not.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Block block = books.chain.next(now, deed);
        books.add(block);
        return block;
    }

    private static String newCustomer(Books books, Identity identity) {
        String key = newKey();
        books.identify(key, identity);
        return key;
    }

    private static Property known(Books books, String key) {
        Property property = books.properties.get(key);
        if (property == null) {
            throw new UnknownProperty(key);
        }
        return property;
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    private <T> T reading(Function<Books, T> action) {
        return under(lock.readLock(), action);
    }

    private <T> T changing(Function<Books, T> action) {
        return under(lock.writeLock(), action);
    }

    private <T> T under(Lock held, Function<Books, T> action) {
        held.lock();
        try {
            return action.apply(books);
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
