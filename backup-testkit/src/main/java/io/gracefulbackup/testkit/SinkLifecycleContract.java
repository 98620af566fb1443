package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The promises of a sink to a whole application, which saves, ends and starts again. */
abstract class SinkLifecycleContract extends SinkProbeContract {

    @Test
    void anApplicationRestoresWhatItSaved() throws Exception {
        needsListing();
        try (TestApplication first = start(RetentionPolicy.keepAll())) {
            assertThat(first.report().outcome()).isEqualTo(RestoreReport.Outcome.EMPTY);
            first.save("first");
            first.save("second");
        }
        try (TestApplication second = start(RetentionPolicy.keepAll())) {
            assertThat(second.state()).isEqualTo("second");
            second.save("third");
        }
        try (TestApplication third = start(RetentionPolicy.keepAll())) {
            assertThat(third.state()).isEqualTo("third");
        }
    }

    @Test
    void retentionKeepsTheNewestBackups() throws Exception {
        needsListing();
        try (TestApplication application = start(RetentionPolicy.keepLast(2))) {
            application.save("first");
            application.save("second");
            BackupId third = id(application.save("third"));
            BackupId fourth = id(application.save("fourth"));

            BackupSink sink = sink();
            assertThat(entries(sink)).hasSize(2);
            entryOf(sink, third);
            entryOf(sink, fourth);
        }
    }

    @Test
    void restoresTheNewestBackupDespiteWrongHints() throws Exception {
        needsListing();
        try (TestApplication first = start(RetentionPolicy.keepLast(2), WrongHintsSink::new)) {
            first.save("first");
            first.save("second");
            first.save("third");
            entryOf(sink(), id(first.save("fourth")));
        }
        try (TestApplication second = start(RetentionPolicy.keepLast(2), WrongHintsSink::new)) {
            assertThat(second.state()).isEqualTo("fourth");
        }
    }

    @Test
    void restoresAnOlderBackupWhenTheNewestIsDamaged() throws Exception {
        needsListing();
        BackupId damaged;
        try (TestApplication first = start(RetentionPolicy.keepAll())) {
            first.save("first");
            damaged = id(first.save("second"));
        }
        StoredBackup entry = entryOf(sink(), damaged);
        damage(entry, Damage.ONE_BIT);
        try (TestApplication second = start(RetentionPolicy.keepAll())) {
            assertThat(second.state()).isEqualTo("first");
            second.save("after the damage");
        }
        try (TestApplication third = start(RetentionPolicy.keepAll())) {
            assertThat(third.state()).isEqualTo("after the damage");
        }
    }

    /** Skips the test if this sink cannot list. */
    private void needsListing() throws Exception {
        assertThat(entries(sink())).isEmpty();
    }

    private TestApplication start(RetentionPolicy policy) throws Exception {
        return start(policy, sink -> sink);
    }

    private TestApplication start(RetentionPolicy policy, UnaryOperator<BackupSink> wrapper) throws Exception {
        return TestApplication.start(
                sink().name(), settings(), policy, patience(), context -> wrapper.apply(open(context)));
    }

    private static BackupId id(BackupReport report) {
        assertThat(report.isComplete()).as("%s", report).isTrue();
        return report.id().orElseThrow();
    }
}
