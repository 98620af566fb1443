package io.gracefulbackup.spi;

import java.util.Optional;

/** Builds a pointer store if the settings ask for one. Found with {@link java.util.ServiceLoader}. */
public interface PointerStoreProvider {

    /** The store's name in messages. */
    String name();

    /**
     * Builds the store, without any input or output that could hang; empty if it is not configured.
     *
     * @throws io.gracefulbackup.BackupConfigurationException if the settings are wrong; {@code install()} reports it
     *     together with all other mistakes
     */
    Optional<PointerStore> open(SinkContext context);
}
