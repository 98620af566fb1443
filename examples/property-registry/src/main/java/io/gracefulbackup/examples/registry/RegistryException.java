package io.gracefulbackup.examples.registry;

/** A request that the rules of the register refuse. The message is for who asked. */
abstract sealed class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RegistryException(String message) {
        super(message);
    }

    /** There is no such property. */
    static final class UnknownPropertyException extends RegistryException {
        private static final long serialVersionUID = 1L;

        UnknownPropertyException(String key) {
            super("There is no property \"" + key + "\"");
        }
    }

    /** The request contradicts what is registered. */
    static final class ConflictException extends RegistryException {
        private static final long serialVersionUID = 1L;

        ConflictException(String message) {
            super(message);
        }
    }
}
