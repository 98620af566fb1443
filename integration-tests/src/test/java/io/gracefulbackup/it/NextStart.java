package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the next start of a {@link CounterHost} restores. A start depends on its settings and the stored backups only, so most
 * tests start in their own JVM, which takes a tenth of the time of a fork; {@link ExitTest} starts
 * forked hosts again.
 *
 * @param count the restored count, 0 if there was nothing to restore
 * @param outcome the outcome of the restore report
 * @param sequence the sequence number of the restored backup, -1 if there was nothing to restore
 */
record NextStart(long count, String outcome, long sequence) {
    private static final Pattern OUTCOME = Pattern.compile("OUTCOME (\\w+)(?: epoch=\\d+ sequence=(\\d+))?");

    /** Starts in the test's JVM from the file that forked hosts saved. Saves nothing. */
    static NextStart of(ForkedHosts hosts) {
        return of(hosts.settings());
    }

    /** Starts in the test's JVM with these settings. Saves nothing. */
    static NextStart of(Map<String, String> settings) {
        InProcessStart start = InProcessStart.of(settings);
        assertThat(start.refusal()).as("the refusal of the start").isNull();
        RestoreReport report = Objects.requireNonNull(start.report());
        assertIntact(report.explanation().toString());
        BackupHeader restored = report.restored().orElse(null);
        return new NextStart(start.count(), report.outcome().name(), restored == null ? -1 : restored.sequence());
    }

    /** Waits until a host has restored. */
    static NextStart of(ForkedJvm jvm) {
        long count = countIn(jvm.awaitLine("RESTORED count=", ForkedHosts.START_LIMIT));
        Matcher outcome = OUTCOME.matcher(jvm.awaitLine("OUTCOME", ForkedHosts.START_LIMIT));
        assertThat(outcome.matches()).isTrue();
        assertIntact(jvm.output());
        return new NextStart(count, outcome.group(1), outcome.group(2) == null ? -1 : Long.parseLong(outcome.group(2)));
    }

    private static void assertIntact(String explanation) {
        assertThat(explanation)
                .as("no backup was skipped, moved aside or reported as damaged")
                .doesNotContain("damaged", "foreign");
    }

    /** The number after {@code count=}. */
    static long countIn(String line) {
        return Long.parseLong(line.replaceFirst(".*?count=(\\d+).*", "$1"));
    }
}
