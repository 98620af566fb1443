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
    private final String place;
    private final Connections connections;
    private final Faults faults;
    private final Schema schema;
    private final LeaseSchema leaseSchema;
    private final Catalogue catalogue;
    private final PartsUpload parts;
    private final Orphans orphans;
    private final StoreSteps steps;
    private final StoreProbe probe;
    private final Privileges privileges;
    private final BiFunction<String, Duration, Lease> openLease;
    private final RetentionPolicy retention;
    private final Consumer<String> warn;
    private volatile boolean leased;
    private final AtomicBoolean orphansCollected = new AtomicBoolean();

    PostgresSink(DatabaseUrl url, Table table, String application, RetentionPolicy retention, Consumer<String> warn) {
        this.table = table;
        place = "table " + table.display() + " of PostgreSQL at " + url.target();
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
        steps = new StoreSteps(table, catalogue, parts, orphans);
        probe = new StoreProbe(application, schema, leaseSchema, catalogue, steps);
        privileges = new Privileges(table);
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
    public String place() {
        return place;
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
            schema.ensure(connection, deadline);
            if (backup instanceof FencedBackup) {
                leaseSchema.ensure(connection, deadline);
            }
            return large ? storeInParts(connection, backup, deadline) : storeInRow(connection, backup, deadline);
        });
        if (large) {
            collectOrphans(deadline);
        }
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
        return Transaction.run(connection, deadline, () -> steps.storeInRow(connection, backup));
    }

    private Catalogue.Row storeInParts(Connection connection, SealedBackup backup, Deadline deadline)
            throws SQLException, IOException {
        Optional<Catalogue.Row> stored = Transaction.run(
                connection,
                deadline,
                () -> catalogue.find(connection, backup.header().id()));
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
        int count = Transaction.run(connection, deadline, () -> steps.upload(connection, upload, backup, deadline));
        return Transaction.run(connection, deadline, () -> steps.publish(connection, upload, count, backup));
    }

    @Override
    public void probe(Deadline deadline) throws IOException {
        boolean leased = this.leased;
        withConnection(deadline, connection -> {
            try {
                probe.run(connection, leased, deadline);
                return true;
            } catch (SQLException e) {
                if (SqlState.MISSING_PRIVILEGE.is(e)) {
                    connection.rollback();
                    List<String> grants = privileges.missing(connection, leased);
                    if (!grants.isEmpty()) {
                        throw faults.denied(e, grants);
                    }
                }
                throw e;
            }
        });
    }

    @Override
    public void prepare(Deadline deadline) throws IOException {
        withConnection(deadline, connection -> {
            schema.ensure(connection, deadline);
            return true;
        });
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        return withConnection(
                deadline,
                connection -> Listing.of(
                        schema.isPresent(connection)
                                ? Transaction.run(connection, deadline, () -> catalogue.list(connection))
                                : List.of()));
    }

    @Override
    public List<StoredBackup> listOthers(Deadline deadline) throws IOException {
        return withConnection(
                deadline,
                connection -> schema.isPresent(connection)
                        ? Transaction.run(connection, deadline, () -> catalogue.listOthers(connection))
                        : List.of());
    }

    /** Runs once, after backups were stored or deleted: never for an instance that only looks. */
    private void collectOrphans(Deadline deadline) {
        if (!orphansCollected.compareAndSet(false, true)) {
            return;
        }
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
            Connection connection = loan.connection();
            Catalogue.Row row = Transaction.run(connection, deadline, () -> catalogue.find(connection, id))
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
        boolean isPresent = withConnection(
                deadline,
                connection -> schema.isPresent(connection)
                        && Transaction.run(connection, deadline, () -> {
                            catalogue.delete(connection, id);
                            return true;
                        }));
        if (isPresent) {
            collectOrphans(deadline);
        }
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
        leased = true;
        return openLease.apply(instance, term);
    }

    @Override
    public void close() {
        connections.close();
    }

    /**
     * Runs an operation on a connection. Repeats it once on another connection if the first one was lost or a table was dropped,
     * and a few times if other transactions are in the way. That is safe because the repeated operation finds what the first one committed.
     */
    private <T> T withConnection(Deadline deadline, Operation<T> operation) throws IOException {
        for (int tries = 1; ; tries++) {
            try (ConnectionLoan loan = connections.lend(deadline)) {
                T result = operation.run(loan.connection());
                loan.markReusable();
                return result;
            } catch (SQLException e) {
                if (tries >= Faults.triesAfter(e) || deadline.isExpired()) {
                    throw faults.explained(e, deadline);
                }
                if (SqlState.DUPLICATE_KEY.is(e)) {
                    goOnAfterTheHighestId(deadline);
                }
                if (SqlState.NO_SUCH_TABLE.is(e)) {
                    warn.accept("Table " + table.display() + " was dropped while the application ran; the next backup"
                            + " creates it again");
                    schema.forget();
                    leaseSchema.forget();
                }
            }
        }
    }

    private void goOnAfterTheHighestId(Deadline deadline) throws IOException {
        try (ConnectionLoan loan = connections.lend(deadline)) {
            Connection connection = loan.connection();
            Transaction.run(connection, deadline, () -> catalogue.goOnAfterTheHighestId(connection));
            loan.markReusable();
        } catch (SQLException e) {
            // A role that may not use the sequence: each new try draws the next id.
            if (!SqlState.MISSING_PRIVILEGE.is(e)) {
                throw faults.explained(e, deadline);
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
