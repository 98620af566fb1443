package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** One life of an application with one text as its state. */
final class App implements AutoCloseable {
    static final String KEY = "a-key-for-tests-0123456789";

    private GracefulShutdown backup;
    volatile String state = "";
    volatile boolean toldEmpty;

    private App() {}

    /** Starts with these sinks. */
    static App start(BackupSink... sinks) {
        return start(builder -> builder, sinks);
    }

    static App start(UnaryOperator<GracefulShutdown.Builder> how, BackupSink... sinks) {
        App app = new App();
        GracefulShutdown.Builder builder = builder(sinks).source(app.source());
        app.backup = how.apply(builder).install();
        return app;
    }

    static GracefulShutdown.Builder builder(BackupSink... sinks) {
        GracefulShutdown.Builder builder = GracefulShutdown.builder()
                .setting("SECRET_KEY", KEY)
                .setting("BACKUP_TIMEOUT", "10s")
                .setting("BACKUP_START_TIMEOUT", "30s");
        for (BackupSink sink : sinks) {
            builder.sink(sink);
        }
        return builder;
    }

    private StateSource source() {
        StateSource text = text("text", () -> state, read -> state = read);
        return new StateSource() {
            @Override
            public String name() {
                return text.name();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                text.writeTo(out);
            }

            @Override
            public void readFrom(InputStream in, int version) throws IOException {
                text.readFrom(in, version);
            }

            @Override
            public void startEmpty() {
                toldEmpty = true;
            }
        };
    }

    static StateSource text(String name, Supplier<String> get, Consumer<String> replace) {
        return StateSource.of(
                name,
                out -> out.write(get.get().getBytes(StandardCharsets.UTF_8)),
                in -> replace.accept(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    }

    GracefulShutdown backup() {
        return backup;
    }

    /** Changes the state and saves it. */
    BackupReport save(String text) {
        state = text;
        return backup.backupNow("save " + text);
    }

    @Override
    public void close() {
        backup.uninstall();
    }
}
