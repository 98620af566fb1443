package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.WriteAction;
import io.gracefulbackup.internal.config.HostPlan;

/** Placeholder while the shape is agreed. */
@SuppressWarnings("DoNotCallSuggester")
public final class Engine {
    public static Engine install(HostPlan plan) {
        throw new UnsupportedOperationException();
    }

    public <T, X extends Exception> T write(WriteAction<T, X> action) throws X {
        return action.run();
    }

    public BackupReport backupNow(String name) {
        throw new UnsupportedOperationException();
    }

    public RestoreReport restoreReport() {
        throw new UnsupportedOperationException();
    }

    public BackupStatus status() {
        throw new UnsupportedOperationException();
    }

    public void uninstall() {}

    @Override
    public String toString() {
        return "engine";
    }
}
