package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the next start of a {@link CounterHost} finds.
 *
 * @param count the restored count, 0 if there was nothing to restore
 * @param outcome the outcome of the restore report
 * @param sequence the restored backup's place in the order, -1 if there was nothing to restore
 */
record NextStart(long count, String outcome, long sequence) {
    private static final Pattern OUTCOME = Pattern.compile("OUTCOME (\\w+)(?: epoch=\\d+ sequence=(\\d+))?");

    /** Starts it and kills it, so that nothing is saved. */
    static NextStart of(ForkedHosts hosts) {
        ForkedJvm jvm = hosts.start(CounterHost.class, "writes=0");
        NextStart start = of(jvm);
        jvm.kill();
        return start;
    }

    /** Waits until a host has restored. */
    static NextStart of(ForkedJvm jvm) {
        long count = countIn(jvm.awaitLine("RESTORED count=", ForkedHosts.START_LIMIT));
        Matcher outcome = OUTCOME.matcher(jvm.awaitLine("OUTCOME", ForkedHosts.START_LIMIT));
        assertThat(outcome.matches()).isTrue();
        assertThat(jvm.output())
                .as("nothing is passed over, moved aside or doubted")
                .doesNotContain("damaged", "foreign");
        return new NextStart(count, outcome.group(1), outcome.group(2) == null ? -1 : Long.parseLong(outcome.group(2)));
    }

    /** The number after {@code count=}. */
    static long countIn(String line) {
        return Long.parseLong(line.replaceFirst(".*?count=(\\d+).*", "$1"));
    }
}
