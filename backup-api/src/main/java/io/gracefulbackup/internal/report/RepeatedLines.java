package io.gracefulbackup.internal.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Leaves out warnings that repeat: a broken listener or a full disk would otherwise fill the log, one line for each checkpoint.
 * What was left out is counted, and said with the next line that is not: after an hour, then after twice the time, after a day
 * at most. Safe for use by several threads.
 */
final class RepeatedLines {
    static final Duration FIRST_SILENCE = Duration.ofHours(1);
    static final Duration LONGEST_SILENCE = Duration.ofDays(1);
    private static final int REMEMBERED = 200;

    private final Map<String, Said> lately = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** When a line was logged, how long it is left out since, and how often that has happened. */
    private record Said(long at, Duration silence, int leftOut) {}

    /**
     * The line to log now, if any.
     *
     * @param topic what the line is about; lines of one topic repeat each other, whatever figures are in them
     * @param now of a monotonic clock, in nanoseconds
     */
    synchronized Optional<String> next(String topic, String line, long now) {
        Said said = lately.get(topic);
        if (said == null) {
            lately.put(topic, new Said(now, FIRST_SILENCE, 0));
            return Optional.of(line);
        }
        if (now - said.at() < said.silence().toNanos()) {
            lately.put(topic, new Said(said.at(), said.silence(), said.leftOut() + 1));
            return Optional.empty();
        }
        Duration twice = said.silence().multipliedBy(2);
        lately.put(topic, new Said(now, twice.compareTo(LONGEST_SILENCE) < 0 ? twice : LONGEST_SILENCE, 0));
        return Optional.of(said.leftOut() == 0 ? line : Messages.repeated(line, said.leftOut()));
    }
}
