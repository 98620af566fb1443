package io.gracefulbackup;

import org.jspecify.annotations.Nullable;

/** What this library throws. The message names the thing, its value and the next step; it never holds a secret. */
public class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error that begins here. */
    public BackupException(String message) {
        super(message);
    }

    /** An error with its cause. */
    public BackupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
