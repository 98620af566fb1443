package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupConfigurationException;
import java.util.regex.Pattern;

/**
 * The names of the tables. They are safe in SQL because they have only letters, digits and underscores, and are quoted, so that
 * upper case and lower case are kept.
 *
 * @param display the name as the operator wrote it
 * @param rows the quoted name of the table of backups
 * @param parts the quoted name of the table with the bytes of backups that are too large for one row
 * @param lease the quoted name of the table of leases
 */
record Table(String display, String rows, String parts, String lease) {
    static final String PARTS = "_parts";
    static final String LEASE = "_lease";

    /** PostgreSQL truncates names after 63 characters, and the names of the other tables are six characters longer. */
    private static final int LONGEST = 63 - PARTS.length();

    private static final Pattern NAME =
            Pattern.compile("(?:([A-Za-z_][A-Za-z0-9_]{0,62})\\.)?([A-Za-z_][A-Za-z0-9_]{0," + (LONGEST - 1) + "})");

    /**
     * Returns the names of the tables for a setting.
     *
     * @param name {@code table} or {@code schema.table}
     * @throws BackupConfigurationException if the name is invalid
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

    /** Returns the quoted name of the schema, or an empty text if the schema is left to the search path. */
    String schema() {
        int dot = rows.indexOf("\".\"");
        return dot < 0 ? "" : rows.substring(0, dot + 1);
    }

    /** Returns the name of the table of backups without its schema and quotes. */
    String name() {
        return display.substring(display.indexOf('.') + 1);
    }

    /** Returns a statement with the names in the places of {@code {rows}}, {@code {parts}} and {@code {lease}}. */
    String in(String sql) {
        return sql.replace("{rows}", rows).replace("{parts}", parts).replace("{lease}", lease);
    }
}
