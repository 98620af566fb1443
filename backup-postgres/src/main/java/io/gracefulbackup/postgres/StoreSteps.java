package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The steps that store a backup, each to be taken in a transaction of the caller. */
final class StoreSteps {
    private final Table table;
    private final Catalogue catalogue;
    private final PartsUpload parts;
    private final Orphans orphans;

    StoreSteps(Table table, Catalogue catalogue, PartsUpload parts, Orphans orphans) {
        this.table = table;
        this.catalogue = catalogue;
        this.parts = parts;
        this.orphans = orphans;
    }

    /** Stores a backup in one row, and verifies it. */
    Catalogue.Row storeInRow(Connection connection, SealedBackup backup) throws SQLException, IOException {
        Catalogue.Row row = insert(connection, backup, null, 0);
        catalogue.verify(connection, row.id(), backup);
        return row;
    }

    /** Uploads and verifies the parts of a backup, which nobody sees yet; returns their number. */
    int upload(Connection connection, UUID upload, SealedBackup backup, Deadline deadline)
            throws SQLException, IOException {
        PartDigests sent = parts.send(connection, upload, backup, deadline);
        parts.verify(connection, upload, sent);
        return sent.count();
    }

    /**
     * Makes uploaded parts visible as a backup. If another call has stored and verified the same backup, its row is returned, and
     * these parts are orphans.
     */
    Catalogue.Row publish(Connection connection, UUID upload, int count, SealedBackup backup)
            throws SQLException, IOException {
        orphans.holdOff(connection);
        return insert(connection, backup, upload, count);
    }

    private Catalogue.Row insert(Connection connection, SealedBackup backup, @Nullable UUID upload, int count)
            throws SQLException, IOException {
        Optional<Catalogue.Row> inserted = catalogue.insert(connection, backup, upload, count);
        return inserted.isPresent() ? inserted.get() : existing(connection, backup);
    }

    private Catalogue.Row existing(Connection connection, SealedBackup backup) throws SQLException, IOException {
        return catalogue
                .find(connection, backup.header().id())
                .orElseThrow(() -> new IOException("backup " + backup.header().id() + " could not be published in "
                        + table.display() + ": its parts, or another row of it, were deleted at the same time"));
    }
}
