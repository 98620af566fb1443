package io.gracefulbackup.spi;

import java.io.IOException;

/**
 * A sink or a lease answered, and gives the same answer until somebody changes a setting or the service: wrong credentials, a
 * missing database or privilege, a table that does not fit, a read-only standby. The library does not repeat such a call while an
 * application starts, but fails with the reason.
 *
 * <p>Not for what may pass by itself: a time-out, a lost connection, no route to the host, a server that is starting or has no free
 * connection, a rate limit. Those are any other {@link IOException}.
 */
public class PermanentFailureException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The message says what is wrong and what to do about it, and has no secret. */
    public PermanentFailureException(String message) {
        super(message);
    }

    /** The message says what is wrong and what to do about it, and has no secret. */
    public PermanentFailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
