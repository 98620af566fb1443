package io.gracefulbackup.postgres;

import io.gracefulbackup.spi.PermanentFailureException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Tells a table that does not exist from one that the role cannot see: PostgreSQL silently leaves out the schemas of the search
 * path that do not exist or that the role may not use.
 */
final class SearchPath {
    private static final String USABLE = "SELECT current_user, current_setting('search_path'),"
            + " CASE WHEN ? = '' THEN current_schema() IS NOT NULL ELSE to_regnamespace(?) IS NOT NULL END";

    private static final String HIDDEN = "SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid ="
            + " c.relnamespace WHERE c.relname = ? AND NOT has_schema_privilege(n.oid, 'USAGE') AND n.nspname IN (SELECT"
            + " replace(btrim(part, ' \"'), '$user', current_user) FROM"
            + " unnest(string_to_array(current_setting('search_path'), ',')) AS part) LIMIT 1";

    private SearchPath() {}

    /**
     * Throws unless a table that was not found does not exist, and could be created.
     *
     * @throws SQLException with the state of a missing schema
     */
    static void requireAbsent(Connection connection, Table table) throws SQLException, IOException {
        try (PreparedStatement query = connection.prepareStatement(USABLE)) {
            query.setString(1, table.schema());
            query.setString(2, table.schema());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                requireNotHidden(connection, table, row.getString(1));
                if (!row.getBoolean(3)) {
                    String problem = table.schema().isEmpty()
                            ? "role " + row.getString(1) + " may use no schema of its search_path " + row.getString(2)
                            : "schema " + table.schema() + " does not exist";
                    throw new SQLException(problem, "3F000");
                }
            }
        }
    }

    private static void requireNotHidden(Connection connection, Table table, String role)
            throws SQLException, IOException {
        if (!table.schema().isEmpty()) {
            return; // PostgreSQL itself reports a schema that is named but may not be used.
        }
        try (PreparedStatement query = connection.prepareStatement(HIDDEN)) {
            query.setString(1, table.name());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    throw new PermanentFailureException(
                            "table " + table.display() + " exists in schema " + row.getString(1)
                                    + ", but role " + role + " may not use that schema: GRANT USAGE ON SCHEMA "
                                    + row.getString(1)
                                    + " TO " + role);
                }
            }
        }
    }
}
