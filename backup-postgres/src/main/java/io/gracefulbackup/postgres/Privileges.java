package io.gracefulbackup.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds out which privileges on the tables a role lacks; PostgreSQL only names the table. */
final class Privileges {
    private static final String STORE_AND_RETAIN = "SELECT, INSERT, DELETE";
    private static final String LEASE = "SELECT, INSERT, UPDATE";

    private final Table table;

    Privileges(Table table) {
        this.table = table;
    }

    /**
     * Returns the statements that grant what is missing on existing tables.
     *
     * @param leased whether the table of leases is needed
     */
    List<String> missing(Connection connection, boolean leased) throws SQLException {
        List<String> grants = new ArrayList<>();
        addMissing(connection, table.rows(), STORE_AND_RETAIN, grants);
        addMissing(connection, table.parts(), STORE_AND_RETAIN, grants);
        if (leased) {
            addMissing(connection, table.lease(), LEASE, grants);
        }
        return grants;
    }

    private static void addMissing(Connection connection, String quotedTable, String privileges, List<String> grants)
            throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT string_agg(privilege, ', ' ORDER BY no), quote_ident(current_user)"
                        + " FROM unnest(string_to_array(?, ', ')) WITH ORDINALITY AS needed(privilege, no)"
                        + " WHERE NOT has_table_privilege(to_regclass(?), privilege)")) {
            query.setString(1, privileges);
            query.setString(2, quotedTable);
            try (ResultSet row = query.executeQuery()) {
                if (row.next() && row.getString(1) != null) {
                    grants.add("GRANT " + row.getString(1) + " ON " + quotedTable + " TO " + row.getString(2));
                }
            }
        }
    }
}
