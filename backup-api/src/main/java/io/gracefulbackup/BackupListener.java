package io.gracefulbackup;

/**
 * Is told what happened. Called on threads of the library, one call at a time; must return quickly. What it throws is
 * logged and changes nothing.
 */
public interface BackupListener {
    /** A backup run ended, well or not. At the exit it may be cut short by the end of the process. */
    default void onBackup(BackupReport report) {}

    /** {@code install()} has settled how the application starts. Not called when it throws. */
    default void onRestore(RestoreReport report) {}

    /** The library is in another state than before. Several in quick succession may be told late, never out of order. */
    default void onState(BackupStatus.State state) {}
}
