package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the library would offer to the sink, with settings from a map. */
record TestContext(String application, Map<String, String> settings, List<String> warnings) implements SinkContext {

    static TestContext with(String application, Map<String, String> settings) {
        return new TestContext(application, settings, new CopyOnWriteArrayList<>());
    }

    PostgresSink sink() {
        var opening = (BackupSinkProvider.Opening.Configured) new PostgresSinkProvider().open(this);
        return (PostgresSink) opening.sink();
    }

    @Override
    public Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    @Override
    public Optional<String> secret(String name) {
        return setting(name);
    }

    @Override
    public boolean diskIsEphemeral() {
        return false;
    }

    @Override
    public Inspection inspect(InputStream sealed) {
        return new Inspection.Foreign("test bytes");
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) {
        return new Inspection.Foreign("test bytes");
    }

    @Override
    public List<String> pointers(String name, Deadline deadline) {
        return List.of();
    }

    @Override
    public void warn(String line) {
        warnings.add(line);
    }
}
