package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.testkit.internal.OtherProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** One run of an application whose state is a text, with one sink. */
final class TestApplication implements AutoCloseable {
    private final GracefulShutdown backup;
    private volatile String state = "";

    private TestApplication(GracefulShutdown.Builder builder, BackupSinkProvider provider) {
        StateSource text = StateSource.of(
                "text",
                out -> out.write(state.getBytes(StandardCharsets.UTF_8)),
                in -> state = new String(in.readAllBytes(), StandardCharsets.UTF_8));
        backup = OtherProcess.install(builder.isolated().provider(provider).source(text));
    }

    /** Opens the sink. */
    interface Opener {
        BackupSink open(SinkContext context) throws Exception;
    }

    static TestApplication start(
            String sink, Map<String, String> settings, RetentionPolicy policy, Duration patience, Opener opener) {
        GracefulShutdown.Builder builder = GracefulShutdown.builder();
        settings.forEach(builder::setting);
        builder.application(ContractBackups.APPLICATION)
                .setting("SECRET_KEY", ContractBackups.KEY)
                .setting("BACKUP_START", "auto")
                .setting("BACKUP_START_TIMEOUT", patience.toMillis() + "ms")
                .retention(sink, policy);
        return new TestApplication(builder, new OneSink(sink, settings.keySet(), opener));
    }

    private record OneSink(String name, Set<String> settings, Opener opener) implements BackupSinkProvider {
        @Override
        public Opening open(SinkContext context) {
            try {
                return new Opening.Configured(opener.open(context));
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("The sink could not be opened", e);
            }
        }
    }

    String state() {
        return state;
    }

    RestoreReport report() {
        return backup.restoreReport();
    }

    /** Changes the state and saves it. */
    BackupReport save(String text) {
        state = text;
        return backup.backupNow("Contract backup");
    }

    @Override
    public void close() {
        backup.uninstall();
    }
}
