package io.gracefulbackup.spi;

import java.util.Optional;
import java.util.Set;

/**
 * Creates a pointer store if the settings configure it. Found with {@link java.util.ServiceLoader}; needs a public
 * constructor without parameters that does nothing.
 */
public interface PointerStoreProvider {

    /** The name of the store in messages. */
    String name();

    /** The names of all settings and secrets that this provider reads; see {@link BackupSinkProvider#settings}. */
    default Set<String> settings() {
        return Set.of();
    }

    /**
     * Creates the store; empty if it is not configured. Must not perform input or output that could block.
     *
     * @throws io.gracefulbackup.BackupConfigurationException if the settings are wrong; {@code install()} reports all
     *     problems together
     */
    Optional<PointerStore> open(SinkContext context);
}
