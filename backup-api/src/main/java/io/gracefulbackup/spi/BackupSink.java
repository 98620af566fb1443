package io.gracefulbackup.spi;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

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
     * Where the backups are, for messages that tell an operator where the library looked: {@code /app/blocks/data.encrypted}, or
     * {@code table public.backups of PostgreSQL at db:5432}. Has no secret. Must not perform input or output. The default is the
     * {@linkplain #title() title}.
     */
    default String place() {
        return title();
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
     * Checks whether a backup could be stored here now, by the steps of {@link #store} as far as they can be undone: that the
     * place can be reached, the credentials may write and delete, and there is space. Finds no fault where only storing would
     * tell. The default finds none.
     *
     * <p>Leaves nothing behind: no entry, no file, no table. If the process is killed meanwhile, what is left is never listed, and
     * a later store removes it.
     *
     * <p>Called at any time, also on several threads at once: by {@code install()} beside {@link #list}, in an instance that
     * stands by, while a backup is being stored, which it must not disturb or wait for, and once a minute for as long as it fails.
     * Previews do not call it.
     *
     * @throws IOException with the reason why no backup could be stored, for the operator: what is wrong, with which path, role or
     *     table, and the next step. Must not contain a secret
     */
    default void probe(Deadline deadline) throws IOException {}

    /**
     * Creates what a store needs and would otherwise create itself, such as tables, so that operators find it and the exit need
     * not. Called in the background once the exit is armed; never by {@code dryRun()} and previews. Idempotent. {@link #store}
     * must not rely on it. The default does nothing.
     *
     * @throws IOException if that failed; the store tries again
     */
    default void prepare(Deadline deadline) throws IOException {}

    /**
     * Lists all entries of this application, damaged ones included. Creates and deletes nothing in the place: previews and
     * instances that stand by list as well.
     *
     * @throws PermanentFailureException if the entries are not known, and a repetition would fail in the same way
     * @throws IOException if the entries are not known for any other reason, such as a sink that cannot be reached
     */
    Listing list(Deadline deadline) throws IOException;

    /**
     * Lists backups in the same place that belong to other applications, by the name in the catalogue or in their header: the
     * newest of each, of at most ten. Called at a start for which {@link #list} has shown nothing, because the name of the
     * application may be mistyped; the library reads their headers. The default shows none.
     *
     * @throws IOException if that is not known; the start ignores it
     */
    default List<StoredBackup> listOthers(Deadline deadline) throws IOException {
        return List.of();
    }

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

    /** The line to log at start, such as {@code ✓ PostgreSQL database detected}; empty for none. */
    default String detectedLine() {
        return "";
    }

    /**
     * Releases connections. Must not wait. The library calls it at most once, when it needs the sink no longer, and not at
     * the exit of the process. Idempotent, because an application may also close a sink that it created.
     */
    @Override
    default void close() {}
}
