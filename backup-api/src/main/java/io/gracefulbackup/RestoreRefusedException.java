package io.gracefulbackup;

import org.jspecify.annotations.Nullable;

/**
 * The application must not start, or not restore, because a state could be lost: one that is in a backup, or the one to come,
 * if no sink can store it. Nothing has been stored or deleted.
 * The message says what was found and what the operator can do.
 */
public final class RestoreRefusedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /** The message says why, and what the operator can do. */
    public RestoreRefusedException(String message) {
        super(message);
    }

    /** The message says why, and what the operator can do. */
    public RestoreRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
