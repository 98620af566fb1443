package io.gracefulbackup.postgres;

import io.gracefulbackup.spi.PermanentFailureException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns of a table.
 *
 * @param types the type of each column, in the order of the table
 * @param required the columns that an insert must give a value for
 */
record TableColumns(Map<String, String> types, Set<String> required) {

    /** Reads the columns from the system catalogue. */
    static TableColumns of(Connection connection, String quotedTable) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        Set<String> required = new LinkedHashSet<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT attname, format_type(atttypid, NULL),"
                + " attnotnull AND NOT atthasdef AND attidentity = '' FROM pg_attribute"
                + " WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
            query.setString(1, quotedTable);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    types.put(row.getString(1), row.getString(2));
                    if (row.getBoolean(3)) {
                        required.add(row.getString(1));
                    }
                }
            }
        }
        return new TableColumns(types, required);
    }

    /** Throws unless rows with these columns can be inserted into the table. It may have more columns if they are optional. */
    void requireToFit(String table, List<Column> columns) throws IOException {
        List<String> missing = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> unknown = new LinkedHashSet<>(required);
        for (Column column : columns) {
            String type = types.get(column.name());
            unknown.remove(column.name());
            if (type == null) {
                missing.add(column.name());
            } else if (!type.equals(column.type())) {
                problems.add(column.name() + " is " + type + " where " + column.type() + " is needed");
            }
        }
        if (!unknown.isEmpty()) {
            problems.add("it requires " + String.join(", ", unknown) + ", which this version does not know");
        }
        if (!missing.isEmpty()) {
            problems.add("it lacks " + String.join(", ", missing));
        }
        if (!problems.isEmpty()) {
            throw new PermanentFailureException("table " + table + " exists but was not made for these backups: "
                    + String.join("; ", problems)
                    + ". It was not changed. Set BACKUP_TABLE to another name, and the tables "
                    + "will be created");
        }
    }
}
