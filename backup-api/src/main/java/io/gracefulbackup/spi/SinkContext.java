package io.gracefulbackup.spi;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** What the library offers to a sink. Safe for use by several threads, for as long as the sink lives. */
public interface SinkContext {

    /** The application whose backups these are (setting {@code BACKUP_APP}). */
    String application();

    /**
     * A setting: from the builder, else from the system property ({@code backup.table} for {@code BACKUP_TABLE}), else
     * from the environment. Leading and trailing white space is cut.
     *
     * @param name the name of the environment variable
     * @throws io.gracefulbackup.BackupConfigurationException if it is set to nothing
     */
    Optional<String> setting(String name);

    /**
     * A secret: from the builder, else from the environment, or from the file that the environment variable
     * {@code <name>_FILE} names. Never put it into a message.
     *
     * @param name the name of the environment variable
     * @throws io.gracefulbackup.BackupConfigurationException if it is set to nothing, set twice, or cannot be read
     */
    Optional<String> secret(String name);

    /** Whether the environment says that the disk is wiped between two instances ({@code RENDER=true}). */
    boolean diskIsEphemeral();

    /**
     * Reads a backup to its end and authenticates every byte.
     *
     * @param sealed the bytes, from the first one; not closed
     * @throws IOException if the bytes cannot be read: that says nothing about them
     */
    Inspection inspect(InputStream sealed) throws IOException;

    /**
     * Reads and authenticates the header alone: says who it is, not that it is whole.
     *
     * @param sealed the bytes, from the first one; not closed
     * @throws IOException if the bytes cannot be read: that says nothing about them
     */
    Inspection inspectHeader(InputStream sealed) throws IOException;

    /**
     * The values of that name in all {@linkplain PointerStore pointer stores}, without repetitions; those that look newest
     * first. A store that fails is left out with a warning.
     */
    List<String> pointers(String name, Deadline deadline);

    /** Tells the operator something that is not a failure, such as an occupant that was moved aside. */
    void warn(String line);
}
