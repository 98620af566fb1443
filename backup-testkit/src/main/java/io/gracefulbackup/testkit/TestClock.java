package io.gracefulbackup.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands still until the test moves it, forwards or backwards: for {@link
 * io.gracefulbackup.GracefulShutdown.Builder#clock}. Safe for use by any number of threads.
 */
public final class TestClock extends Clock {
    private final Hand hand;
    private final ZoneId zone;

    /** A clock that shows this time, in UTC. */
    public TestClock(Instant now) {
        this(new Hand(now), ZoneOffset.UTC);
    }

    private TestClock(Hand hand, ZoneId zone) {
        this.hand = hand;
        this.zone = zone;
    }

    /** What clocks of several zones have in common. */
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

    /** Makes it show this time, whatever it showed. */
    public void set(Instant time) {
        hand.set(time);
    }

    /** Moves it; a negative duration sets it back. */
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

    /** The same time in another zone: moving either moves both. */
    @Override
    public TestClock withZone(ZoneId other) {
        return new TestClock(hand, other);
    }

    @Override
    public String toString() {
        return "TestClock[" + instant() + "," + zone + "]";
    }
}
