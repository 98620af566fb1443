package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupConfigurationException;
import java.util.regex.Pattern;

/**
 * The names of the tables: safe to be put into SQL, because nothing but letters, digits and underscores comes through.
 * Quoted, so they mean exactly what was written.
 *
 * @param display as the operator wrote it
 * @param rows the table of backups, quoted
 * @param parts the table with the bytes of those that are too large for one row, quoted
 * @param lease the table of leases, quoted
 */
record Table(String display, String rows, String parts, String lease) {
    static final String PARTS = "_parts";
    static final String LEASE = "_lease";

    /** PostgreSQL cuts longer names, and the other tables' need six characters more. */
    private static final int LONGEST = 63 - PARTS.length();

    private static final Pattern NAME =
            Pattern.compile("(?:([A-Za-z_][A-Za-z0-9_]{0,62})\\.)?([A-Za-z_][A-Za-z0-9_]{0," + (LONGEST - 1) + "})");

    /**
     * Checks and quotes a name.
     *
     * @param name {@code table} or {@code schema.table}
     * @throws BackupConfigurationException if it is neither
     */
    static Table named(String name) {
        var form = NAME.matcher(name);
        if (!form.matches()) {
            throw new BackupConfigurationException(
                    "BACKUP_TABLE is \"" + name + "\"; expected table or schema.table of "
                            + "letters, digits and underscores, beginning with a letter, at most " + LONGEST
                            + " characters for the table");
        }
        String schema = form.group(1) == null ? "" : "\"" + form.group(1) + "\".";
        return new Table(
                name,
                schema + "\"" + form.group(2) + "\"",
                schema + "\"" + form.group(2) + PARTS + "\"",
                schema + "\"" + form.group(2) + LEASE + "\"");
    }

    /** Puts the names into a statement, for {@code {rows}}, {@code {parts}} and {@code {lease}}. */
    String in(String sql) {
        return sql.replace("{rows}", rows).replace("{parts}", parts).replace("{lease}", lease);
    }
}
