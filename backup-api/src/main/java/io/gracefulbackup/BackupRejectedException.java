package io.gracefulbackup;

/**
 * Thrown by a {@link StateSource} that has read a section and will not have it: a broken chain, a sum that does not add up.
 * The restore then goes on with the next copy of the backup and the next older one. Any other exception of a source
 * stops the start instead.
 */
public final class BackupRejectedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong with the state. */
    public BackupRejectedException(String message) {
        super(message);
    }

    /** Says what is wrong with the state, with the cause. */
    public BackupRejectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
