package io.gracefulbackup.internal.support;

import java.time.Duration;

/**
 * A moment of one process, by both of its clocks: the monotonic one may stand still while the machine sleeps, the other may
 * be set.
 *
 * @param nanos as {@link System#nanoTime()}
 * @param wallMillis milliseconds since 1970
 */
public record ProcessTime(long nanos, long wallMillis) {

    /** This moment. */
    public static ProcessTime now() {
        return new ProcessTime(System.nanoTime(), System.currentTimeMillis());
    }

    /** The time since, by the monotonic clock. */
    public Duration since(ProcessTime earlier) {
        return Duration.ofNanos(nanos - earlier.nanos);
    }

    /** That much later. */
    public ProcessTime plus(Duration time) {
        return new ProcessTime(nanos + time.toNanos(), wallMillis + time.toMillis());
    }

    /** Whether it comes before, by the monotonic clock. */
    public boolean isBefore(ProcessTime other) {
        return nanos - other.nanos < 0;
    }

    /** Whether it comes before by both clocks: whichever says that more time has passed is right. */
    public boolean isSurelyBefore(ProcessTime other) {
        return isBefore(other) && wallMillis < other.wallMillis;
    }
}
