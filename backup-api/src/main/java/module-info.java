/** Saves a JVM application's state on every exit and restores it at the next start. */
@SuppressWarnings("module") // The modules that the lease is exported to are compiled after this one.
module io.gracefulbackup {
    requires transitive tools.jackson.databind;
    requires org.slf4j;
    requires org.bouncycastle.provider;
    requires com.github.luben.zstd_jni;
    requires static com.google.auto.service;
    requires static java.management;
    requires static transitive org.jspecify;

    exports io.gracefulbackup;
    exports io.gracefulbackup.spi;
    exports io.gracefulbackup.spi.lease to
            io.gracefulbackup.postgres,
            io.gracefulbackup.testkit;

    uses io.gracefulbackup.StateSource;
    uses io.gracefulbackup.spi.BackupSinkProvider;
    uses io.gracefulbackup.spi.PointerStoreProvider;
}
