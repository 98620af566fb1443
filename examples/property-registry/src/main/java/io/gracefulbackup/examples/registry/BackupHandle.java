package io.gracefulbackup.examples.registry;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.WriteAction;

/** What the HTTP side needs of Graceful Backup; between them so that it can be tested without an exit. */
interface BackupHandle {

    /** See {@link GracefulShutdown#write(WriteAction)}. */
    <T> T write(WriteAction<T, RuntimeException> action);

    /** See {@link GracefulShutdown#read(WriteAction)}. */
    <T> T read(WriteAction<T, RuntimeException> action);

    /** See {@link GracefulShutdown#backupNow(String)}. */
    BackupReport backupNow(String name);

    /** See {@link GracefulShutdown#status()}. */
    BackupStatus status();

    /** The real one. */
    static BackupHandle of(GracefulShutdown handle) {
        return new BackupHandle() {
            @Override
            public <T> T write(WriteAction<T, RuntimeException> action) {
                return handle.write(action);
            }

            @Override
            public <T> T read(WriteAction<T, RuntimeException> action) {
                return handle.read(action);
            }

            @Override
            public BackupReport backupNow(String name) {
                return handle.backupNow(name);
            }

            @Override
            public BackupStatus status() {
                return handle.status();
            }
        };
    }
}
