package io.gracefulbackup;

/**
 * Thrown by {@link GracefulShutdown#write} when the change is not certain to be in the final backup, because the
 * application is stopping. Do not tell the user that it is done: an HTTP server answers 503 with {@code Retry-After}.
 */
public final class NotAcknowledgedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    public NotAcknowledgedException(String message) {
        super(message);
    }
}
