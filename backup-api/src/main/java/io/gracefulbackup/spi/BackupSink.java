package io.gracefulbackup.spi;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.lease.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * A place that keeps sealed backups.
 *
 * <p>Methods are called from the library's daemon threads, several at the same time. Every call gets a {@link Deadline}:
 * when it expires the call must end soon with an {@code IOException}, and whatever it had begun must not be taken for a
 * backup afterwards. The thread is also interrupted; a sink that goes on regardless is abandoned, never waited for.
 *
 * <p>A sink keeps to itself: it has its own connections, knows no other sink, and what it throws changes nothing for
 * others.
 */
public interface BackupSink extends AutoCloseable {

    /** The name in settings and reports, such as {@code postgres}; unique among the sinks of an application. */
    String name();

    /** The name in messages, such as {@code Database} in "Database backup failed". */
    default String title() {
        return name();
    }

    /**
     * Stores a backup. Returning means <em>verified</em>: the sink has checked that what it now holds has the digest
     * {@link SealedBackup#sha256()}, computed from the stored bytes. A backup of the same id that is there already is
     * success. A backup that was there before stays there, whatever happens.
     *
     * @throws IOException if it is not stored, or not known to be
     */
    StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException;

    /**
     * Everything held for this application, whatever its state: damaged entries too.
     *
     * @throws IOException if the sink cannot be reached, so that nothing is known; credentials that are refused are
     *     such a case
     */
    Listing list(Deadline deadline) throws IOException;

    /**
     * The sealed bytes of an entry, as they are held: the caller authenticates them.
     *
     * @throws IOException if they cannot be had; that is not taken for damage
     */
    InputStream open(StoredBackup backup, Deadline deadline) throws IOException;

    /**
     * Removes an entry; one that is gone already is success. Called by retention only, never for the newest intact one.
     *
     * @throws IOException if it is still there, or may be; one that is {@linkplain #protect protected} stays
     */
    void delete(StoredBackup backup, Deadline deadline) throws IOException;

    /**
     * Protects an entry from deletion, whatever a policy says, or lifts that. Listings say so from then on ({@link
     * StoredBackup.Hint#isProtected}), and {@link #delete} refuses it. To say it twice is success.
     *
     * @return false if this sink cannot remember that; then nothing has changed
     * @throws IOException if it has not been done, or may not have been; the entry being gone is such a case
     */
    default boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
        return false;
    }

    /** What is kept here unless the application says otherwise. */
    RetentionPolicy defaultRetention();

    /**
     * Whether what is stored here is still there when the platform replaces the instance. A sink on a wiped disk says
     * no: its emptiness proves nothing.
     */
    default boolean outlivesInstance() {
        return true;
    }

    /**
     * The lease by which overlapping instances of this application take turns, if the place can keep one. Has connections of
     * its own, and is closed by the caller.
     *
     * @param instance who takes the steps; no two instances that ever run have the same name
     * @param term how long a step holds the lease, by the server's clock
     */
    default Optional<Lease> lease(String instance, Duration term) {
        return Optional.empty();
    }

    /** What to log at start when this sink is in use, such as {@code ✓ PostgreSQL database detected}; empty for nothing. */
    default String detectedLine() {
        return "";
    }

    /** Releases connections. Must not wait; called at most once, not at the exit of the process. */
    @Override
    default void close() {}
}
