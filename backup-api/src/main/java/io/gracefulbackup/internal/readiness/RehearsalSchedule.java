package io.gracefulbackup.internal.readiness;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the next rehearsal is due: soon after the start and after the first change, then at intervals that double, and never so
 * soon that rehearsals take more than a hundredth of a core. Safe for use by several threads.
 */
final class RehearsalSchedule {
    /** Time for the application to finish its start. */
    static final Duration FIRST = Duration.ofSeconds(2);

    /** The first change is often one of several. */
    static final Duration AFTER_CHANGE = Duration.ofSeconds(1);

    /** After something more important prevented or ended a rehearsal. */
    static final Duration RETRY = Duration.ofSeconds(10);

    static final Duration LONGEST = Duration.ofHours(4);

    /** A rehearsal may take this part of the time. */
    private static final int SHARE = 100;

    private final LongSupplier nanoTime;
    private Duration interval = FIRST;
    private long nextAt;
    private long lastEnded;
    private Duration rest = Duration.ZERO;
    private boolean readsBack = true;

    RehearsalSchedule(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        lastEnded = nanoTime.getAsLong();
        nextAt = lastEnded + FIRST.toNanos();
    }

    /** How long until the next rehearsal is due; zero or less if it is. */
    synchronized Duration untilNext() {
        return Duration.ofNanos(nextAt - nanoTime.getAsLong());
    }

    /** Whether the next rehearsal should keep what sources write, and read it back. */
    synchronized boolean readsBack() {
        return readsBack;
    }

    /** A rehearsal went through to its end. */
    synchronized void completed(Duration cpuTime) {
        readsBack = true;
        ended(cpuTime, longer());
    }

    /**
     * A rehearsal had to be cut short, because the sources took longer than the host's lock may be held. Reading back is what
     * makes it slower, so the next one does without; if that is cut short too, the state is too large for more than its beginning.
     */
    synchronized void cutShort(Duration cpuTime) {
        Duration next = readsBack ? longer() : LONGEST;
        readsBack = !readsBack;
        ended(cpuTime, next);
    }

    private Duration longer() {
        Duration twice = interval.multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    private void ended(Duration cpuTime, Duration next) {
        interval = next;
        rest = cpuTime.multipliedBy(SHARE);
        lastEnded = nanoTime.getAsLong();
        nextAt = lastEnded + max(interval, rest).toNanos();
    }

    /**
     * A rehearsal did not begin, or was ended by something more important.
     *
     * @param cpuTime what it took until then
     */
    synchronized void notNow(Duration cpuTime) {
        rest = max(rest, cpuTime.multipliedBy(SHARE));
        nextAt = nanoTime.getAsLong() + max(RETRY, rest).toNanos();
    }

    /** The state has changed for the first time. */
    synchronized void changed() {
        interval = FIRST;
        nextAt = Math.max(nanoTime.getAsLong() + AFTER_CHANGE.toNanos(), lastEnded + rest.toNanos());
    }

    /** A backup was stored, which shows as much as a rehearsal, but for reading back: so that is put off, but not for ever. */
    synchronized void backedUp() {
        long putOff = Math.min(nanoTime.getAsLong() + interval.toNanos(), lastEnded + LONGEST.toNanos());
        nextAt = Math.max(nextAt, putOff);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
