package io.gracefulbackup.internal.support;

import java.time.Duration;

/**
 * A point in time by both clocks of this process. The monotonic clock may stand still while the machine sleeps; the wall
 * clock may be set.
 *
 * @param nanos the monotonic clock, as {@link System#nanoTime()}
 * @param wallMillis the wall clock, in milliseconds since 1970
 */
public record ProcessTime(long nanos, long wallMillis) {

    /** The present time. */
    public static ProcessTime now() {
        return new ProcessTime(System.nanoTime(), System.currentTimeMillis());
    }

    /** The time that has passed since the earlier point, by the monotonic clock. */
    public Duration since(ProcessTime earlier) {
        return Duration.ofNanos(nanos - earlier.nanos);
    }

    /** This point in time, later by the given duration. */
    public ProcessTime plus(Duration time) {
        return new ProcessTime(nanos + time.toNanos(), wallMillis + time.toMillis());
    }

    /** Whether this point comes before the other one, by the monotonic clock. */
    public boolean isBefore(ProcessTime other) {
        return nanos - other.nanos < 0;
    }
}
