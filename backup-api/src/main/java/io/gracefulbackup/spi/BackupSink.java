package io.gracefulbackup.spi;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.lease.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Stores sealed backups in one place.
 *
 * <p>Calls with a {@link Deadline} run on daemon threads of the library, several at the same time. (A final backup in a
 * process that can create no thread any more runs on the thread of the shutdown hook, one sink after the other.) When
 * the deadline expires, the call must end soon with an {@code IOException}, and an incomplete write must not be taken
 * for a backup afterwards. The thread may also be interrupted; a call that continues nevertheless is abandoned.
 *
 * <p>A sink is independent of other sinks: it has its own connections, and its failures do not affect them.
 */
public interface BackupSink extends AutoCloseable {

    /** The name in settings and reports, such as {@code postgres}; unique among the sinks of an application. */
    String name();

    /** The name in messages, such as {@code Database} in "Database backup failed". */
    default String title() {
        return name();
    }

    /**
     * Stores a backup and verifies it. Before this method returns, the sink has computed the digest of the bytes that
     * it now holds, and compared it with {@link SealedBackup#sha256()}. Idempotent: a backup of the same id that is
     * already there counts as stored. Older backups stay as they are, whatever happens.
     *
     * @throws IOException if the backup is not stored, or not known to be
     */
    StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException;

    /**
     * Lists all entries of this application, damaged ones included.
     *
     * @throws IOException if the entries are not known, because the sink cannot be reached or refuses the credentials
     */
    Listing list(Deadline deadline) throws IOException;

    /**
     * Opens the sealed bytes of an entry as they are stored. The caller authenticates them.
     *
     * @throws IOException if the bytes cannot be read; this is not taken for damage
     */
    InputStream open(StoredBackup backup, Deadline deadline) throws IOException;

    /**
     * Deletes an entry. Idempotent: an entry that does not exist counts as deleted. Called by retention only, and not
     * for the newest intact backup.
     *
     * @throws IOException if the entry is, or may be, still there; also if it is {@linkplain #protect protected}
     */
    void delete(StoredBackup backup, Deadline deadline) throws IOException;

    /**
     * Protects an entry from deletion, or ends the protection. From then on listings show it ({@link
     * StoredBackup.Hint#isProtected}), and {@link #delete} refuses to delete a protected entry. Idempotent.
     *
     * @return false if this sink does not support protection; then nothing has changed
     * @throws IOException if the change is not, or may not be, made; also if the entry does not exist
     */
    default boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
        return false;
    }

    /** The retention policy of this sink, unless the application sets another one. */
    RetentionPolicy defaultRetention();

    /**
     * Whether the stored backups are still there after the platform has replaced the instance. If not, for instance on
     * a disk that is wiped, an empty sink does not prove that there is no backup.
     */
    default boolean outlivesInstance() {
        return true;
    }

    /**
     * Creates access to the lease by which overlapping instances of this application take turns; empty if the sink
     * cannot keep a lease. The lease has connections of its own, and the caller closes it.
     *
     * @param instance the name of this instance; no other instance ever has the same name
     * @param term how long the lease is valid after a step, by the clock of the server
     */
    default Optional<Lease> lease(String instance, Duration term) {
        return Optional.empty();
    }

    /** The line to log at start, such as {@code ✓ PostgreSQL database detected}; empty for none. */
    default String detectedLine() {
        return "";
    }

    /** Releases connections. Must not wait, and must accept a second call. Not called at the exit of the process. */
    @Override
    default void close() {}
}
