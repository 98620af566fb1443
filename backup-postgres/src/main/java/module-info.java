/** A sink that stores backups in a PostgreSQL database. Found with {@link java.util.ServiceLoader}. */
module io.gracefulbackup.postgres {
    requires io.gracefulbackup;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires static com.google.auto.service;
    requires static org.checkerframework.checker.qual;
    requires static org.jspecify;

    // The driver creates its socket factory by reflection.
    exports io.gracefulbackup.postgres to
            org.postgresql.jdbc;

    provides io.gracefulbackup.spi.BackupSinkProvider with
            io.gracefulbackup.postgres.PostgresSinkProvider;
}
