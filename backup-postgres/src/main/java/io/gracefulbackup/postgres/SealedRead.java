package io.gracefulbackup.postgres;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;

/**
 * The bytes of one backup, read from the database in batches. The first batch is small, because often only the header is read.
 * Each batch is one statement, so that a slow reader does not keep a transaction open.
 */
final class SealedRead extends InputStream {
    private static final int COPY_HEADER_BYTES = 19;
    private static final int BATCH_PARTS = 16;

    private final ConnectionLoan loan;
    private final Faults faults;
    private final Catalogue catalogue;
    private final Catalogue.Row row;
    private final Table table;

    private int batches;
    private long total;
    private long bytesOfBatch;
    private int leftInTuple;
    private @Nullable DataInputStream batch;
    private boolean atEnd;

    SealedRead(ConnectionLoan loan, Faults faults, Catalogue catalogue, Table table, Catalogue.Row row) {
        this.loan = loan;
        this.faults = faults;
        this.catalogue = catalogue;
        this.table = table;
        this.row = row;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            DataInputStream in = nextTuple();
            if (in == null) {
                return -1;
            }
            int n = in.read(buffer, offset, Math.min(length, leftInTuple));
            if (n < 0) {
                throw new IOException("PostgreSQL ended in the middle of a row of " + table.display());
            }
            leftInTuple -= n;
            bytesOfBatch += n;
            total += n;
            return n;
        } catch (SQLException e) {
            throw faults.explained(e, loan.deadline());
        } catch (IOException e) {
            throw e.getCause() instanceof SQLException sql ? faults.explained(sql, loan.deadline()) : e;
        }
    }

    /** Returns the batch, positioned in a tuple with bytes left; null at the end. */
    private @Nullable DataInputStream nextTuple() throws SQLException, IOException {
        DataInputStream in = batch;
        while (leftInTuple == 0 && !atEnd) {
            if (in == null) {
                in = nextBatch();
                batch = in;
            }
            short columns = in.readShort();
            if (columns >= 0) {
                leftInTuple = Math.max(0, in.readInt());
            } else {
                // The trailer. The end of the statement follows and must be read.
                in.transferTo(OutputStream.nullOutputStream());
                in.close();
                in = null;
                batch = null;
                Transaction.commit(loan.connection());
                checkEnd();
            }
        }
        return atEnd ? null : in;
    }

    private DataInputStream nextBatch() throws SQLException, IOException {
        bytesOfBatch = 0;
        Transaction.begin(loan.connection(), loan.deadline());
        DataInputStream in = new DataInputStream(new PGCopyInputStream(
                loan.connection().unwrap(PGConnection.class),
                "COPY (" + query(batches++) + ") TO STDOUT (FORMAT binary)"));
        in.skipNBytes(COPY_HEADER_BYTES);
        return in;
    }

    /** COPY takes no parameters. A number and a UUID need no quoting. */
    private String query(int number) {
        int part = PartDigests.PART_BYTES;
        if (row.upload() == null) {
            String slice = number == 0 ? "FROM 1 FOR " + part : "FROM " + (part + 1);
            return table.in("SELECT substring(backup_data " + slice + ") FROM {rows} WHERE id = " + row.id());
        }
        int from = number == 0 ? 0 : 1 + (number - 1) * BATCH_PARTS;
        int to = number == 0 ? 1 : from + BATCH_PARTS;
        return table.in("SELECT data FROM {parts} WHERE upload = '" + row.upload() + "' AND no >= " + from
                + " AND no < " + to + " ORDER BY no");
    }

    /**
     * Finds out whether the last batch has been read, without trusting the size in the catalogue. Missing bytes are for the caller
     * to detect, but a row that was deleted meanwhile must not look like damage.
     */
    private void checkEnd() throws SQLException, IOException {
        long full = (long) PartDigests.PART_BYTES * (batches == 1 ? 1 : BATCH_PARTS);
        atEnd = bytesOfBatch < full || (row.upload() == null && batches > 1);
        if (atEnd
                && total < row.size()
                && Transaction.run(
                                loan.connection(), loan.deadline(), () -> catalogue.find(loan.connection(), row.id()))
                        .isEmpty()) {
            throw new IOException(
                    "row " + row.id() + " of " + table.display() + " was deleted while it was being read");
        }
    }

    /**
     * Returns the connection. The rest of the small first batch is read before; a larger batch is aborted, and so is a transaction
     * that failed.
     */
    @Override
    public void close() {
        try {
            if (batch != null && batches == 1) {
                batch.transferTo(OutputStream.nullOutputStream());
                Transaction.commit(loan.connection());
                batch = null;
            }
            if (batch == null && loan.connection().getAutoCommit()) {
                loan.markReusable();
            }
        } catch (IOException | SQLException e) {
            // The connection is closed below.
        }
        loan.close();
    }
}
