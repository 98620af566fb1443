package io.gracefulbackup.internal.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No backup can be made of the state; the message says why, in words for the operator. */
public final class SnapshotFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Throwable thrown;

    SnapshotFailedException(String message) {
        this(message, null);
    }

    /**
     * The failure of a snapshot that had begun.
     *
     * @param thrown what the source or a later step threw; no cause of this exception, because its text may hold secrets
     */
    SnapshotFailedException(String message, @Nullable Throwable thrown) {
        super(message);
        this.thrown = thrown;
    }

    /** What was thrown while the state was read; empty if the snapshot did not get that far, or did not end in time. */
    Optional<Throwable> thrown() {
        return Optional.ofNullable(thrown);
    }
}
