package io.gracefulbackup;

import org.jspecify.annotations.Nullable;

/**
 * {@code install()} will not start the application, because to go on could lose a backup. Nothing has been stored or
 * deleted. The message says what was found and the ways out.
 */
public final class RestoreRefusedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /** Says why, and the ways out. */
    public RestoreRefusedException(String message) {
        super(message);
    }

    /** Says why, and the ways out, with the cause. */
    public RestoreRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
