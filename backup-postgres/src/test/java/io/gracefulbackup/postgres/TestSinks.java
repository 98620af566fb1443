package io.gracefulbackup.postgres;

import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.testkit.TestSinkContext;
import java.util.Map;

/** Opens sinks through their provider. */
final class TestSinks {
    private TestSinks() {}

    static TestSinkContext context(String application, Map<String, String> settings) {
        TestSinkContext context = new TestSinkContext(application);
        settings.forEach(context::set);
        return context;
    }

    static PostgresSink open(SinkContext context) {
        return (PostgresSink) ((Opening.Configured) new PostgresSinkProvider().open(context)).sink();
    }

    static PostgresSink open(String application, String url) {
        return open(context(application, Map.of("DATABASE_URL", url)));
    }
}
