package io.gracefulbackup;

import org.jspecify.annotations.Nullable;

/**
 * The superclass of the exceptions of this library. A message names the thing, its value and the next step; it contains
 * no secret.
 */
public class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception without a cause. */
    public BackupException(String message) {
        super(message);
    }

    /** An exception with its cause. */
    public BackupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
