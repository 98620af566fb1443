package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.FencedBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Takes all steps of a store with a small sample, and those of retention, in one transaction that is rolled back: the tables are
 * created if they are missing, the sample is stored in a row and in parts, verified, and deleted.
 */
final class StoreProbe {
    private static final int SAMPLE_BYTES = 64 << 10;
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String application;
    private final Schema schema;
    private final LeaseSchema leaseSchema;
    private final Catalogue catalogue;
    private final StoreSteps steps;

    StoreProbe(String application, Schema schema, LeaseSchema leaseSchema, Catalogue catalogue, StoreSteps steps) {
        this.application = application;
        this.schema = schema;
        this.leaseSchema = leaseSchema;
        this.catalogue = catalogue;
        this.steps = steps;
    }

    /**
     * Takes the steps.
     *
     * @param leased whether backups are published under a lease
     */
    void run(Connection connection, boolean leased, Deadline deadline) throws SQLException, IOException {
        Transaction.tryOut(connection, deadline, () -> {
            schema.tryOut(connection);
            if (leased) {
                leaseSchema.tryOut(connection);
            }
            Catalogue.Row row = steps.storeInRow(connection, sample(leased));
            catalogue.delete(connection, row.id());
            SealedBackup large = sample(leased);
            UUID upload = UUID.randomUUID();
            int count = steps.upload(connection, upload, large, deadline);
            Catalogue.Row published = steps.publish(connection, upload, count, large);
            catalogue.delete(connection, published.id());
            return published;
        });
    }

    private SealedBackup sample(boolean leased) {
        Sample sample = new Sample(application);
        // No instance holds this lease, so no row is locked; the privileges are needed all the same.
        return leased
                ? FencedBackup.of(sample, new Fence(0, sample.header().id().value()))
                : sample;
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Random bytes in place of a sealed backup. */
    private static final class Sample implements SealedBackup {
        private final byte[] bytes = random(SAMPLE_BYTES);
        private final String sha256 =
                HexFormat.of().formatHex(PartDigests.newSha256().digest(bytes));
        private final BackupHeader header;

        Sample(String application) {
            BackupId id = new BackupId(HexFormat.of().formatHex(random(ID_BYTES)));
            header = BackupHeader.builder(application, id, new BackupVersion(0, 0))
                    .build();
        }

        @Override
        public BackupHeader header() {
            return header;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public String contentDigest() {
            return sha256;
        }

        @Override
        public long stateBytes() {
            return bytes.length;
        }

        @Override
        public InputStream newStream() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
