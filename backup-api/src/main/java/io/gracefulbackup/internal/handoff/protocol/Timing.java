package io.gracefulbackup.internal.handoff.protocol;

import java.time.Duration;

/**
 * The times of the protocol.
 *
 * @param term how long a renewal holds the lease
 * @param margin how long before the end of its term the holder stops, and how long after it another instance may begin
 * @param clockTolerance by how much the wall clock of the holder may be set back during a term; well below the margin
 * @param renewal the interval between two renewals
 * @param poll the interval at which a waiting instance reads the lease
 * @param fastPoll the interval between two steps while a handoff is under way, and after a failure
 * @param requestWindow how long traffic that came counts as a reason to request a handoff
 * @param requestExpiry how long a request counts that is not repeated
 * @param retryDelay how long an instance waits after a failure, or after its request was declined, before it tries again
 * @param longWait how long an instance accepts nothing before it reports so
 */
public record Timing(
        Duration term,
        Duration margin,
        Duration clockTolerance,
        Duration renewal,
        Duration poll,
        Duration fastPoll,
        Duration requestWindow,
        Duration requestExpiry,
        Duration retryDelay,
        Duration longWait) {

    /** Returns the times that belong to a term (setting {@code BACKUP_LEASE_TTL}). */
    public static Timing of(Duration term) {
        return new Timing(
                term,
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofMillis(150),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10));
    }

    /** Returns how long the holder may accept changes after it sent its last renewal. */
    Duration safeTerm() {
        return term.minus(margin);
    }

    /** Returns how long the lease must remain unchanged before another instance takes it over. */
    Duration takeoverDelay() {
        return term.plus(margin);
    }
}
