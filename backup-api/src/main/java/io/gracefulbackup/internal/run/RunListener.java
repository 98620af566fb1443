package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupReport;

/** Receives the report of every backup run, once, on the thread of the run. */
@FunctionalInterface
public interface RunListener {
    /** A run has ended, whether it stored anything or not. */
    void ended(BackupReport report);
}
