package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.PermanentFailureException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Explains errors of the database to the operator, with the next step. */
final class Faults {
    private static final int TRIES_AGAINST_OTHERS = 5;

    /** Each try draws the next id, and more rows than these are not kept one after the other. */
    private static final int TRIES_AGAINST_TAKEN_IDS = 64;

    private final DatabaseUrl url;
    private final Table table;

    Faults(DatabaseUrl url, Table table) {
        this.url = url;
        this.table = table;
    }

    /** Returns whether the operation may succeed on another connection. */
    static boolean isWorthAnotherTry(SQLException e) {
        return SqlState.CONNECTION_LOST.is(e)
                || SqlState.CONTENTION.is(e)
                || SqlState.DUPLICATE_KEY.is(e)
                || SqlState.NO_SUCH_TABLE.is(e);
    }

    /**
     * Returns whether the server would give the same answer again. What a fail-over, a restart or a deploy may mend is not permanent:
     * a host name that is unknown, a server that is starting up or has no free connection, and a certificate that cannot be verified,
     * since another server may answer under the same name. The message says what to check in each case.
     */
    static boolean isPermanent(SQLException e) {
        return SqlState.PERMANENT.is(e) || isRefusedOption(e);
    }

    /** Returns how often an operation is tried that fails in this way. */
    static int triesAfter(SQLException e) {
        if (SqlState.DUPLICATE_KEY.is(e)) {
            return TRIES_AGAINST_TAKEN_IDS;
        }
        return SqlState.CONTENTION.is(e) ? TRIES_AGAINST_OTHERS : isWorthAnotherTry(e) ? 2 : 1;
    }

    /** Returns the error as the sink throws it. */
    IOException explained(SQLException e, Deadline deadline) {
        if (isPermanent(e)) {
            return new PermanentFailureException(sentence(e), e);
        }
        boolean isRefused = SqlState.TOO_MANY_CLIENTS.is(e) || SqlState.STARTING_UP.is(e);
        String sentence = deadline.isExpired() && !isRefused
                ? "PostgreSQL at " + url.target() + " had not finished when the time was up"
                : sentence(e);
        return new IOException(sentence, e);
    }

    /** Returns the error of a missing privilege, with the statements that grant what is missing. */
    IOException denied(SQLException e, List<String> grants) {
        return new PermanentFailureException(
                "PostgreSQL at " + url.target() + " denies role \"" + url.user()
                        + "\" what is needed to store backups in " + table.display() + " (" + firstLine(e) + "): "
                        + String.join("; ", grants),
                e);
    }

    private String sentence(SQLException e) {
        String server = "PostgreSQL at " + url.target();
        if (SqlState.WRONG_CREDENTIALS.is(e)) {
            return server + " refuses user \"" + url.user() + "\": check user name and password in DATABASE_URL ("
                    + firstLine(e) + ")";
        }
        if (SqlState.TOO_MANY_CLIENTS.is(e)) {
            return server + " has no free connection (" + firstLine(e)
                    + "): old and new instances overlap during a deploy; leave some connections free in the pools, or raise "
                    + "max_connections";
        }
        if (SqlState.DISK_FULL.is(e)) {
            return server + " has no disk space left (" + firstLine(e) + "): nothing was stored; free space or lower "
                    + "BACKUP_KEEP_LAST";
        }
        if (SqlState.READ_ONLY.is(e)) {
            return server + " is read-only (" + firstLine(e)
                    + "): it is a standby, or default_transaction_read_only is on for role \"" + url.user()
                    + "\", this database or the server, as some providers set it when the disk is full. Set DATABASE_URL to the"
                    + " primary and to a role that may write, or free disk space";
        }
        if (isRowSecurity(e)) {
            return server + " has row-level security that hides rows of " + table.display()
                    + " or its side tables from role \""
                    + url.user() + "\" (" + firstLine(e) + "), so that backups could seem to be missing: ALTER TABLE "
                    + table.rows() + " DISABLE ROW LEVEL SECURITY (and " + table.parts() + ", " + table.lease()
                    + "), or give the role BYPASSRLS";
        }
        if (SqlState.MISSING_PRIVILEGE.is(e)) {
            return server + " denies user \"" + url.user() + "\" a privilege that is needed on " + table.display()
                    + " ("
                    + firstLine(e) + "): GRANT SELECT, INSERT, DELETE ON " + table.rows() + ", " + table.parts()
                    + ", USAGE ON their schema, and UPDATE (protected) ON " + table.rows() + " to protect backups";
        }
        if (SqlState.NO_SUCH_SCHEMA.is(e)) {
            return server + " has no schema for BACKUP_TABLE " + table.display() + " (" + firstLine(e)
                    + "): create the schema";
        }
        if (SqlState.CANCELLED.is(e) || SqlState.LOCK_NOT_AVAILABLE.is(e)) {
            return server + " gave up waiting (" + firstLine(e) + ")";
        }
        if (isRefusedOption(e)) {
            return server + " refuses an option of DATABASE_URL at connection start (" + firstLine(e)
                    + "): PgBouncer takes neither options nor currentSchema; remove them and set them for the role (ALTER "
                    + "ROLE … SET …), or qualify BACKUP_TABLE with its schema";
        }
        if (SqlState.REJECTED.is(e)) {
            return "no connection to " + server + ": " + firstLine(e)
                    + " Check sslmode and the password in DATABASE_URL";
        }
        if (SqlState.CONNECTION_LOST.is(e)) {
            return "the connection to " + server + " was lost (" + firstLine(e) + ")";
        }
        if (SqlState.CANNOT_CONNECT.is(e) || SqlState.STARTING_UP.is(e) || SqlState.NO_SUCH_DATABASE.is(e)) {
            return "no connection to " + server + ": " + firstLine(e) + ". Check DATABASE_URL and that the server runs";
        }
        return server + " reports: " + firstLine(e) + " (SQLSTATE " + e.getSQLState() + ")";
    }

    /** The message may be in another language; the routine of the server that reports the error is not translated. */
    private static boolean isRowSecurity(SQLException e) {
        ServerErrorMessage reported = e instanceof PSQLException answer ? answer.getServerErrorMessage() : null;
        return SqlState.MISSING_PRIVILEGE.is(e)
                && (firstLine(e).contains("row-level security")
                        || (reported != null && "check_enable_rls".equals(reported.getRoutine())));
    }

    private static boolean isRefusedOption(SQLException e) {
        return SqlState.UNSUPPORTED_STARTUP_PARAMETER.is(e)
                && firstLine(e).toLowerCase(Locale.ROOT).contains("startup parameter");
    }

    private static String firstLine(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse(message).strip();
    }
}
