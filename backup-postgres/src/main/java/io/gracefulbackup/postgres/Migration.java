package io.gracefulbackup.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One numbered change of the schema. Migrations only add to it, an insert may omit what they add, and each may run again on
 * tables that have its additions. So older versions of the sink work on a newer schema, and a lost number does no harm.
 *
 * @param number 1 for the first migration
 * @param statements the statements, with {@code {rows}} and {@code {parts}} for the names of the tables
 */
record Migration(int number, List<String> statements) {
    /** All migrations, in order. */
    static final List<Migration> ALL = List.of(new Migration(1, first()));

    private static List<String> first() {
        // Sealed bytes do not compress. With EXTERNAL the server does not try to, and can read slices.
        return List.of(
                """
                CREATE TABLE IF NOT EXISTS {rows} (
                  %s,
                  UNIQUE (application, backup_id)
                ) WITH (toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 2000)""".formatted(definitions(Column.OF_ROWS)),
                "ALTER TABLE {rows} ALTER COLUMN backup_data SET STORAGE EXTERNAL",
                """
                CREATE TABLE IF NOT EXISTS {parts} (
                  %s,
                  PRIMARY KEY (upload, no)
                ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10,
                  toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 2000)""".formatted(definitions(Column.OF_PARTS)),
                "ALTER TABLE {parts} ALTER COLUMN data SET STORAGE EXTERNAL");
    }

    private static String definitions(List<Column> columns) {
        return columns.stream().map(Column::definition).collect(Collectors.joining(",\n  "));
    }

    /** Returns the statements that run all migrations after a number, and record the last number in the comment of a table. */
    static List<String> after(int number, List<Migration> migrations, Table table) {
        List<String> statements = new ArrayList<>();
        for (Migration migration : migrations) {
            if (migration.number() > number) {
                migration.statements().forEach(statement -> statements.add(table.in(statement)));
                statements.add(table.in("COMMENT ON TABLE {parts} IS '" + Schema.COMMENT + migration.number() + "'"));
            }
        }
        return statements;
    }
}
