package io.gracefulbackup.internal.run;

/** No backup can be made of the state; the message says why, in words for the operator. */
public final class SnapshotFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    SnapshotFailedException(String message) {
        super(message);
    }
}
