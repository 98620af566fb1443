package io.gracefulbackup.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One numbered step of the tables' shape. Steps only ever add, what they add may be left out when inserting, and each may
 * run again on tables that have it already: so older code keeps working on a newer shape, and a lost number does no harm.
 *
 * @param number 1 for the first
 * @param statements with {@code {rows}} and {@code {parts}} for the tables
 */
record Migration(int number, List<String> statements) {
    /** All steps, in order. */
    static final List<Migration> ALL = List.of(new Migration(1, first()));

    private static List<String> first() {
        // Sealed bytes do not compress: EXTERNAL spares the server the attempt, and lets it read slices.
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

    /** The statements that bring tables of a number up to the last of these steps, and leave the number there. */
    static List<String> after(int number, List<Migration> steps, Table table) {
        List<String> statements = new ArrayList<>();
        for (Migration step : steps) {
            if (step.number() > number) {
                step.statements().forEach(statement -> statements.add(table.in(statement)));
                statements.add(table.in("COMMENT ON TABLE {parts} IS '" + Schema.COMMENT + step.number() + "'"));
            }
        }
        return statements;
    }
}
