package io.gracefulbackup.spi;

import java.util.Set;

/**
 * Finds out from the settings whether a sink is wanted, and builds it. Found with {@link java.util.ServiceLoader}; needs a
 * public constructor without parameters that does nothing.
 */
public interface BackupSinkProvider {

    /** The sink's name in settings and reports, such as {@code postgres}. */
    String name();

    /** The names of the {@code BACKUP_*} settings that only this sink reads. */
    default Set<String> settings() {
        return Set.of();
    }

    /**
     * Builds the sink, without any input or output that could hang.
     *
     * @throws io.gracefulbackup.BackupConfigurationException if the settings are wrong; {@code install()} reports it
     *     together with all other mistakes
     */
    Opening open(SinkContext context);

    /** Whether the sink is wanted. */
    sealed interface Opening {

        /**
         * It is.
         *
         * @param sink the sink
         */
        record Configured(BackupSink sink) implements Opening {}

        /**
         * It is not.
         *
         * @param line what the operator reads at each backup, such as {@code IPFS backup skipped: PINATA_API_KEY and
         *     PINATA_SECRET_KEY are not set}; empty to say nothing
         */
        record NotConfigured(String line) implements Opening {}
    }
}
