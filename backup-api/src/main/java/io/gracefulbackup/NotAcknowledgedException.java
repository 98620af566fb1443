package io.gracefulbackup;

/**
 * A change is not certain to be in the final backup, because the application is stopping, restoring a backup, or does
 * not have the state; see {@link GracefulShutdown#write}. The change may or may not have been made. Do not tell the
 * user that it is made: an HTTP server answers 503 with {@code Retry-After}.
 */
public final class NotAcknowledgedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /** The message says why. */
    public NotAcknowledgedException(String message) {
        super(message);
    }
}
