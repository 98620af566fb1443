package io.gracefulbackup.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands still until the test moves it, forwards or backwards. Pass it to {@link
 * io.gracefulbackup.GracefulShutdown.Builder#clock}: it dates backups, and decides how long retention protects one. Deadlines
 * and time-outs do not depend on it.
 *
 * <p>Safe for use by several threads.
 */
public final class TestClock extends Clock {
    private final Hand hand;
    private final ZoneId zone;

    /**
     * A clock in UTC.
     *
     * @param now the time that it shows until it is moved
     */
    public TestClock(Instant now) {
        this(new Hand(now), ZoneOffset.UTC);
    }

    private TestClock(Hand hand, ZoneId zone) {
        this.hand = hand;
        this.zone = zone;
    }

    /** The time that clocks of several zones share. */
    private static final class Hand {
        private Instant time;

        Hand(Instant time) {
            this.time = time;
        }

        synchronized Instant time() {
            return time;
        }

        synchronized void set(Instant other) {
            time = other;
        }

        synchronized void move(Duration by) {
            time = time.plus(by);
        }
    }

    /** Sets the time. */
    public void set(Instant time) {
        hand.set(time);
    }

    /** Moves the time; a negative duration moves it back. */
    public void advance(Duration by) {
        hand.move(by);
    }

    @Override
    public Instant instant() {
        return hand.time();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** A clock in another zone that shares its time with this one: moving either moves both. */
    @Override
    public TestClock withZone(ZoneId other) {
        return new TestClock(hand, other);
    }

    @Override
    public String toString() {
        return "TestClock[" + instant() + "," + zone + "]";
    }
}
