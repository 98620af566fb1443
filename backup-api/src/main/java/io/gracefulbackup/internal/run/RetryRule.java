package io.gracefulbackup.internal.run;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a snapshot that a source has made fail is taken again, and after which pause. Not thread-safe.
 *
 * <ul>
 *   <li>After a {@link RuntimeException}, also as a cause: as long as there is time. A collection that changed under the
 *       source shows itself in many ways, and ends when the other thread pauses; how long that takes is not known.
 *   <li>After any other failure, such as an {@link java.io.IOException} of a source that has no state, or a class that is
 *       gone: while the failure changes from one attempt to the next, and else briefly. The same failure again and again says
 *       that waiting does not help.
 * </ul>
 */
final class RetryRule {
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 200;

    /** How often a failure that waiting does not help must repeat itself before it is given up. */
    static final int REPETITIONS = 4;

    /** The share of the time of the run that such a failure may take. */
    private static final double REPETITIONS_SHARE = 0.10;

    private final int mostAttempts;
    private final Duration repetitionsEnd;
    private String lastFailure = "";
    private int failures;
    private int same;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    /**
     * A rule.
     *
     * @param mostAttempts the number of snapshots that the run may take
     * @param timeout the time that the run has
     */
    RetryRule(int mostAttempts, Duration timeout) {
        this.mostAttempts = mostAttempts;
        this.repetitionsEnd = Duration.ofNanos((long) (timeout.toNanos() * REPETITIONS_SHARE));
    }

    /** How many attempts have failed. */
    int failures() {
        return failures;
    }

    /**
     * Notes a failed attempt.
     *
     * @param elapsed the time since the first attempt began
     * @return the pause before the next attempt; empty if there is none
     */
    Optional<Duration> pauseAfter(SnapshotFailedException failed, Duration elapsed) {
        failures++;
        String failure = String.valueOf(failed.getMessage());
        same = failure.equals(lastFailure) ? same + 1 : 1;
        lastFailure = failure;
        Optional<Throwable> thrown = failed.thrown();
        boolean isWorthIt = failures < mostAttempts
                && thrown.isPresent()
                && (mayPass(thrown.get()) || same < REPETITIONS || elapsed.compareTo(repetitionsEnd) < 0);
        if (!isWorthIt) {
            return Optional.empty();
        }
        Duration pause = Duration.ofMillis(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        return Optional.of(pause);
    }

    private static boolean mayPass(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof RuntimeException) {
                return true;
            }
        }
        return false;
    }
}
