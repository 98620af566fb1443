/**
 * Keeps sealed backups in a local file, and pointers beside it. Exports nothing: both providers are found as services.
 */
module io.gracefulbackup.file {
    requires io.gracefulbackup;
    requires static com.google.auto.service;
    requires static org.jspecify;

    provides io.gracefulbackup.spi.BackupSinkProvider with
            io.gracefulbackup.file.FileSinkProvider;
    provides io.gracefulbackup.spi.PointerStoreProvider with
            io.gracefulbackup.file.FilePointerStoreProvider;
}
