package io.gracefulbackup.spi;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The services of the library for sinks and pointer stores. Safe for use by several threads, as long as the sink is in
 * use.
 */
public interface SinkContext {

    /** The name of the application that the backups belong to (setting {@code BACKUP_APP}). */
    String application();

    /**
     * Reads a setting: from the builder, else from the system property ({@code backup.table} for {@code BACKUP_TABLE}),
     * else from the environment. Leading and trailing white space is removed.
     *
     * @param name the name of the environment variable
     * @throws io.gracefulbackup.BackupConfigurationException if it is set to nothing
     * @throws IllegalArgumentException if it is a secret of this library; see {@link #secret}
     */
    Optional<String> setting(String name);

    /**
     * Reads a secret: from the builder, else from the environment, or from the file whose path is set as {@code
     * <name>_FILE}. Must not appear in any message.
     *
     * @param name the name of the environment variable
     * @throws io.gracefulbackup.BackupConfigurationException if it is set to nothing, set twice, or cannot be read
     */
    Optional<String> secret(String name);

    /**
     * Whether files that are not on a mounted disk are lost when the platform replaces the instance (Render, Heroku, Fly, Railway,
     * Cloud Run) or the container (Kubernetes, Docker, Podman). An absent file then proves nothing.
     */
    boolean diskIsEphemeral();

    /**
     * Reads a backup to its end and authenticates every byte.
     *
     * @param sealed the bytes, from the first one; not closed
     * @throws IOException if the stream throws it, so that nothing is known about the bytes
     */
    Inspection inspect(InputStream sealed) throws IOException;

    /**
     * Reads and authenticates the header only. This identifies the backup, but does not show that it is complete.
     *
     * @param sealed the bytes, from the first one; not closed
     * @throws IOException if the stream throws it, so that nothing is known about the bytes
     */
    Inspection inspectHeader(InputStream sealed) throws IOException;

    /**
     * Loads the values of a name from all {@linkplain PointerStore pointer stores}, without repetitions. Values of
     * stores with a newer {@link PointerStore#BACKUP_LATEST} come first. A store that fails is left out with a warning.
     */
    List<String> pointers(String name, Deadline deadline);

    /** Logs a warning for the operator, for instance that a damaged file was moved aside. */
    void warn(String line);
}
