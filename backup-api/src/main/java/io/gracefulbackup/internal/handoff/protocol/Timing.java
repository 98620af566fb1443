package io.gracefulbackup.internal.handoff.protocol;

import java.time.Duration;

/**
 * The protocol's times.
 *
 * @param term how long a renewal holds the lease
 * @param margin how much earlier the holder stops, and how much later another begins
 * @param renewal from one renewal to the next
 * @param poll from one look to the next, for who waits
 * @param fastPoll the same while a handoff is under way, and after a failure
 * @param requestWindow how long a change waits for the handoff that it asked for
 * @param requestExpiry after which a request that is not repeated is forgotten
 * @param retryDelay after which one that was declined, or has failed, tries again
 * @param longWait after which an instance that never gets its turn says so
 */
public record Timing(
        Duration term,
        Duration margin,
        Duration renewal,
        Duration poll,
        Duration fastPoll,
        Duration requestWindow,
        Duration requestExpiry,
        Duration retryDelay,
        Duration longWait) {

    /** The times that belong to a term (setting {@code BACKUP_LEASE_TTL}). */
    public static Timing of(Duration term) {
        return new Timing(
                term,
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofMillis(150),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10));
    }

    /** How long a holder may accept changes after it sent its last renewal. */
    Duration safeTerm() {
        return term.minus(margin);
    }

    /** How long nothing must stir before another instance takes the lease. */
    Duration takeoverDelay() {
        return term.plus(margin);
    }
}
