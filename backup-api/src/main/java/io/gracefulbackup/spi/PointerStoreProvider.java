package io.gracefulbackup.spi;

import java.util.Optional;

/**
 * Creates a pointer store if the settings configure it. Found with {@link java.util.ServiceLoader}; needs a public
 * constructor without parameters that does nothing.
 */
public interface PointerStoreProvider {

    /** The name of the store in messages. */
    String name();

    /**
     * Creates the store; empty if it is not configured. Must not perform input or output that could block.
     *
     * @throws io.gracefulbackup.BackupConfigurationException if the settings are wrong; {@code install()} reports all
     *     problems together
     */
    Optional<PointerStore> open(SinkContext context);
}
