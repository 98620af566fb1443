package io.gracefulbackup;

/**
 * A {@link StateSource} throws this to reject a section that it has read, for instance because a hash chain is broken
 * or a total is wrong. A start then continues with the next copy of the backup, then with the next older backup. Any
 * other exception of a source refuses the start.
 */
public final class BackupRejectedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /** Rejects a section; the message says what is wrong with it. */
    public BackupRejectedException(String message) {
        super(message);
    }

    /** Rejects a section; the message says what is wrong with it. */
    public BackupRejectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
