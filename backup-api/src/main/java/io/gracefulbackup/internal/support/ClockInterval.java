package io.gracefulbackup.internal.support;

import java.time.Duration;

/**
 * An interval of time by both clocks of this process. Ends for good, as far as its user is concerned, once a look at the clocks
 * finds that they have left it: a clock that is set again does not bring it back.
 *
 * @param from its beginning, when both clocks were read
 * @param until its end, by each of the clocks
 * @param tolerance by how much the wall clock may be set back, against the monotonic one, since the beginning
 */
public record ClockInterval(ProcessTime from, ProcessTime until, Duration tolerance) {

    /** Returns the interval of that length. */
    public static ClockInterval of(ProcessTime from, Duration length, Duration tolerance) {
        return new ClockInterval(from, from.plus(length), tolerance);
    }

    /**
     * Returns whether a time is surely in this interval: by both clocks, and without a step back of the wall clock. If the clocks
     * disagree, the one that advanced more is right. A wall clock that was set back can hide that the monotonic one stood still
     * while the machine slept, so it proves nothing.
     */
    public boolean surelyContains(ProcessTime now) {
        return now.isBefore(until) && now.wallMillis() < until.wallMillis() && !isSetBack(now);
    }

    private boolean isSetBack(ProcessTime now) {
        long byWallClock = now.wallMillis() - from.wallMillis();
        return byWallClock < now.since(from).minus(tolerance).toMillis();
    }
}
