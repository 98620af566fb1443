package io.gracefulbackup.internal.readiness;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The time that all sources of a rehearsal have together, while they hold the host's lock. Safe for use by several threads. */
final class LockTime {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final long limit;
    private boolean hasBegun;
    private long begun;

    /**
     * Time that begins with the first source.
     *
     * @param limit null if no lock is held
     */
    LockTime(@Nullable Duration limit) {
        this.limit = limit == null ? UNLIMITED : limit.toNanos();
    }

    synchronized void begin() {
        if (!hasBegun) {
            hasBegun = true;
            begun = System.nanoTime();
        }
    }

    synchronized boolean isOver() {
        return hasBegun && limit != UNLIMITED && System.nanoTime() - begun > limit;
    }
}
