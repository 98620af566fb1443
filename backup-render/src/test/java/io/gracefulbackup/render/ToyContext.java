package io.gracefulbackup.render;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the library would offer to a pointer store: settings, and an ear for warnings. */
final class ToyContext implements SinkContext {
    final Map<String, String> settings = new HashMap<>();
    final List<String> warnings = new ArrayList<>();

    @Override
    public String application() {
        return "toy";
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
        return true;
    }

    @Override
    public Inspection inspect(InputStream sealed) {
        throw new UnsupportedOperationException("A pointer store holds no backups");
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) {
        throw new UnsupportedOperationException("A pointer store holds no backups");
    }

    @Override
    public List<String> pointers(String name, Deadline deadline) {
        throw new UnsupportedOperationException("A pointer store asks no other");
    }

    @Override
    public void warn(String line) {
        warnings.add(line);
    }
}
