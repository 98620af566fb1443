package io.gracefulbackup.postgres;

import java.util.List;

/**
 * A column that this version of the sink needs.
 *
 * @param name the name
 * @param type the type, as {@code format_type} returns it
 * @param rest the part of the definition after the type
 */
record Column(String name, String type, String rest) {
    /** The columns of the table of backups. Monitoring queries use the first three, and the one with the bytes. */
    static final List<Column> OF_ROWS = List.of(
            new Column("id", "bigint", "GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
            new Column("name", "text", "NOT NULL"),
            new Column("created_at", "timestamp with time zone", "NOT NULL DEFAULT clock_timestamp()"),
            new Column("backup_data", "bytea", ""),
            new Column("upload", "uuid", ""),
            new Column("application", "text", "NOT NULL"),
            new Column("backup_id", "text", "NOT NULL"),
            new Column("epoch", "bigint", "NOT NULL"),
            new Column("sequence", "bigint", "NOT NULL"),
            new Column("parent_id", "text", ""),
            new Column("content_digest", "text", "NOT NULL"),
            new Column("sha256", "text", "NOT NULL"),
            new Column("size_bytes", "bigint", "NOT NULL"),
            new Column("state_bytes", "bigint", "NOT NULL"),
            new Column("snapshot_at", "timestamp with time zone", "NOT NULL"),
            new Column("reason", "text", "NOT NULL"),
            new Column("site", "text", ""),
            new Column("instance", "text", "NOT NULL"),
            new Column("format", "smallint", "NOT NULL"),
            new Column("fork", "boolean", "NOT NULL DEFAULT false"),
            new Column("protected", "boolean", "NOT NULL DEFAULT false"));

    /** The columns of the table of parts. */
    static final List<Column> OF_PARTS = List.of(
            new Column("application", "text", "NOT NULL"),
            new Column("upload", "uuid", "NOT NULL"),
            new Column("no", "integer", "NOT NULL"),
            new Column("data", "bytea", "NOT NULL"),
            new Column("uploaded_at", "timestamp with time zone", "NOT NULL DEFAULT clock_timestamp()"));

    String definition() {
        return (name + " " + type + " " + rest).strip();
    }
}
