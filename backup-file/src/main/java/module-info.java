/** Keeps sealed backups in a local file. Exports nothing: the sink is found as a service. */
module io.gracefulbackup.file {
    requires io.gracefulbackup;
    requires static com.google.auto.service;
    requires static org.jspecify;

    provides io.gracefulbackup.spi.BackupSinkProvider with
            io.gracefulbackup.file.FileSinkProvider;
}
