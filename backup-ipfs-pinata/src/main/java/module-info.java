/** Keeps sealed backups in IPFS, through Pinata. Exports nothing: the provider is found as a service. */
module io.gracefulbackup.ipfs.pinata {
    requires io.gracefulbackup;
    requires io.gracefulbackup.http;
    requires io.gracefulbackup.ipfs.cid;
    requires kotlin.stdlib;
    requires okio;
    requires static com.google.auto.service;
    requires static org.jspecify;

    provides io.gracefulbackup.spi.BackupSinkProvider with
            io.gracefulbackup.ipfs.PinataSinkProvider;
}
