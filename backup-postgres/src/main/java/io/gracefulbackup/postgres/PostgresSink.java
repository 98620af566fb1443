package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.FencedBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseProvider;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Stores backups in a table: the bytes are in the row itself up to 16 MiB, else in rows of another table. The row becomes visible
 * in one short transaction, and only after the server has computed that the stored bytes have the right digest.
 */
final class PostgresSink implements BackupSink, LeaseProvider {
    static final String NAME = "postgres";

    /** The largest backup that is stored in one row. The server needs several times its size in memory. */
    static final int LARGEST_ROW = 16 << 20;

    private final Table table;
    private final Connections connections;
    private final Faults faults;
    private final Schema schema;
    private final LeaseSchema leaseSchema;
    private final Catalogue catalogue;
    private final PartsUpload parts;
    private final Orphans orphans;
    private final BiFunction<String, Duration, Lease> openLease;
    private final RetentionPolicy retention;
    private final Consumer<String> warn;
    private final AtomicBoolean orphansCollected = new AtomicBoolean();

    PostgresSink(DatabaseUrl url, Table table, String application, RetentionPolicy retention, Consumer<String> warn) {
        this.table = table;
        this.retention = retention;
        this.warn = warn;
        connections = new Connections(new Connector(url));
        faults = new Faults(url, table);
        schema = new Schema(table);
        leaseSchema = new LeaseSchema(table);
        openLease = (instance, term) -> new PostgresLease(url, table, application, instance, term);
        catalogue = new Catalogue(table, application);
        parts = new PartsUpload(table, application);
        orphans = new Orphans(table, application);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "Database";
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return retention;
    }

    @Override
    public String detectedLine() {
        return "✓ PostgreSQL database detected";
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        boolean large = backup.size() > LARGEST_ROW;
        Catalogue.Row row = withConnection(deadline, connection -> {
            if (backup instanceof FencedBackup) {
                leaseSchema.ensure(connection, deadline);
            }
            return large ? storeInParts(connection, backup, deadline) : storeInRow(connection, backup, deadline);
        });
        String location = catalogue.location(row.id());
        StoredBackup.Hint hint = StoredBackup.Hint.of(backup.header(), backup.size());
        String name = backup.header().name();
        return row.fork()
                ? StoredBackup.stored(
                                location,
                                hint,
                                List.of("⚠️ Database backup kept as a fork: " + name
                                        + "\n   Another instance had taken over before, and its state is the current one. This backup is "
                                        + location))
                        .asFork()
                : StoredBackup.stored(location, hint, List.of("✅ Database backup completed: " + name));
    }

    private Catalogue.Row storeInRow(Connection connection, SealedBackup backup, Deadline deadline)
            throws SQLException, IOException {
        return Transaction.run(connection, deadline, () -> {
            Optional<Catalogue.Row> inserted = catalogue.insert(connection, backup, null, 0);
            Catalogue.Row row = inserted.isPresent() ? inserted.get() : existing(connection, backup);
            catalogue.verify(connection, row.id(), backup);
            return row;
        });
    }

    private Catalogue.Row storeInParts(Connection connection, SealedBackup backup, Deadline deadline)
            throws SQLException, IOException {
        Optional<Catalogue.Row> stored =
                catalogue.find(connection, backup.header().id());
        if (stored.isPresent()) {
            UUID upload = stored.get().upload();
            if (upload == null) {
                catalogue.verify(connection, stored.get().id(), backup);
            } else {
                parts.verify(connection, upload, PartDigests.of(backup, (no, bytes, length) -> {}));
            }
            return stored.get();
        }
        UUID upload = UUID.randomUUID();
        int count = Transaction.run(connection, deadline, () -> {
            PartDigests sent = parts.send(connection, upload, backup, deadline);
            parts.verify(connection, upload, sent);
            return sent.count();
        });
        return Transaction.run(connection, deadline, () -> {
            orphans.holdOff(connection);
            Optional<Catalogue.Row> inserted = catalogue.insert(connection, backup, upload, count);
            // Not inserted: another call has stored and verified the same backup. The parts of this one are orphans.
            return inserted.isPresent() ? inserted.get() : existing(connection, backup);
        });
    }

    private Catalogue.Row existing(Connection connection, SealedBackup backup) throws SQLException, IOException {
        return catalogue
                .find(connection, backup.header().id())
                .orElseThrow(() -> new IOException("backup " + backup.header().id() + " could not be published in "
                        + table.display() + ": its parts, or another row of it, were deleted at the same time"));
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        Listing listing = withConnection(deadline, connection -> Listing.of(catalogue.list(connection)));
        if (orphansCollected.compareAndSet(false, true)) {
            collectOrphans(deadline);
        }
        return listing;
    }

    /** Runs at the start, when there is time. A failure does not prevent the start. */
    private void collectOrphans(Deadline deadline) {
        Deadline atMost = deadline.atMost(Orphans.PATIENCE);
        try {
            withConnection(
                    atMost, connection -> Transaction.run(connection, atMost, () -> orphans.collect(connection)));
        } catch (IOException e) {
            warn.accept(
                    "Parts of interrupted uploads could not be removed from " + table.parts() + ": " + e.getMessage());
        }
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        long id = catalogue.idOf(backup);
        ConnectionLoan loan = null;
        try {
            loan = connections.lend(deadline);
            Catalogue.Row row = catalogue
                    .find(loan.connection(), id)
                    .orElseThrow(() -> new IOException("row " + id + " of " + table.display() + " is gone"));
            SealedRead read = new SealedRead(loan, faults, catalogue, table, row);
            loan = null;
            return read;
        } catch (SQLException e) {
            throw faults.explained(e, deadline);
        } finally {
            if (loan != null) {
                loan.close();
            }
        }
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        long id = catalogue.idOf(backup);
        withConnection(
                deadline,
                connection -> Transaction.run(connection, deadline, () -> {
                    catalogue.delete(connection, id);
                    return id;
                }));
    }

    @Override
    public boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
        long id = catalogue.idOf(backup);
        return withConnection(
                deadline,
                connection -> Transaction.run(connection, deadline, () -> {
                    catalogue.protect(connection, id, isProtected);
                    return true;
                }));
    }

    @Override
    public Lease lease(String instance, Duration term) {
        return openLease.apply(instance, term);
    }

    @Override
    public void close() {
        connections.close();
    }

    /**
     * Runs an operation on a connection, after the tables were created if needed. Repeats it once on another connection if the
     * first one was lost or a table was dropped. That is safe because the repeated operation finds what the first one committed.
     */
    private <T> T withConnection(Deadline deadline, Operation<T> operation) throws IOException {
        for (boolean again = true; ; again = false) {
            try (ConnectionLoan loan = connections.lend(deadline)) {
                schema.ensure(loan.connection(), deadline);
                T result = operation.run(loan.connection());
                loan.markReusable();
                return result;
            } catch (SQLException e) {
                if (!again || deadline.isExpired() || !Faults.isWorthAnotherTry(e)) {
                    throw faults.explained(e, deadline);
                }
                if (SqlState.NO_SUCH_TABLE.is(e)) {
                    warn.accept(
                            "Table " + table.display() + " was dropped while the application ran; it is created again");
                    schema.forget();
                    leaseSchema.forget();
                }
            }
        }
    }

    /**
     * An operation on a connection.
     *
     * @param <T> the type of the result
     */
    private interface Operation<T> {
        T run(Connection connection) throws SQLException, IOException;
    }
}
