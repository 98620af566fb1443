package io.gracefulbackup.examples.registry;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateAction;

/**
 * The part of {@link GracefulShutdown} that the HTTP interface uses. An interface, so that tests need neither a backup
 * nor an exit.
 */
interface BackupHandle {

    /** See {@link GracefulShutdown#write(StateAction)}. */
    <T> T write(StateAction<T, RuntimeException> action);

    /** See {@link GracefulShutdown#read(StateAction)}. */
    <T> T read(StateAction<T, RuntimeException> action);

    /** See {@link GracefulShutdown#backupNow(String)}. */
    BackupReport backupNow(String name);

    /** See {@link GracefulShutdown#status()}. */
    BackupStatus status();

    /** Adapts an installed {@link GracefulShutdown}. */
    static BackupHandle of(GracefulShutdown handle) {
        return new BackupHandle() {
            @Override
            public <T> T write(StateAction<T, RuntimeException> action) {
                return handle.write(action);
            }

            @Override
            public <T> T read(StateAction<T, RuntimeException> action) {
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
