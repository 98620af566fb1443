package io.gracefulbackup.spi;

import java.util.Set;

/**
 * Creates a sink if the settings configure it. Found with {@link java.util.ServiceLoader}; needs a public constructor
 * without parameters that does nothing.
 */
public interface BackupSinkProvider {

    /** The sink's name in settings and reports, such as {@code postgres}. */
    String name();

    /**
     * The names of all settings and secrets that this provider reads, such as {@code DATABASE_URL}. A {@code BACKUP_*} name that no
     * provider reads is taken for a mistake, and so is a setting of one of the library's own modules whose provider is missing.
     */
    default Set<String> settings() {
        return Set.of();
    }

    /**
     * Creates the sink. Must not perform input or output that could block.
     *
     * @throws io.gracefulbackup.BackupConfigurationException if the settings are wrong; {@code install()} reports all
     *     problems together
     */
    Opening open(SinkContext context);

    /** The result of {@link #open}. */
    sealed interface Opening {

        /**
         * The sink is configured.
         *
         * @param sink the sink
         */
        record Configured(BackupSink sink) implements Opening {}

        /**
         * The sink is not configured.
         *
         * @param line the line that is logged at each backup, such as {@code IPFS backup skipped: PINATA_API_KEY and
         *     PINATA_SECRET_KEY are not set}; empty for none
         */
        record NotConfigured(String line) implements Opening {}
    }
}
