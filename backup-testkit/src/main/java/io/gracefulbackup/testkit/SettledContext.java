package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The library's own context, but with settings of the test's. Remembers which of them were asked for as secrets. */
final class SettledContext implements SinkContext {
    private final SinkContext library;
    private final Map<String, String> settings;
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();

    SettledContext(SinkContext library, Map<String, String> settings) {
        this.library = library;
        this.settings = Map.copyOf(settings);
    }

    @Override
    public String application() {
        return library.application();
    }

    @Override
    public Optional<String> setting(String name) {
        Optional<String> value = Optional.ofNullable(settings.get(name)).map(String::strip);
        if (value.filter(String::isEmpty).isPresent()) {
            throw new BackupConfigurationException(name + " is set to nothing; give it a value or unset it");
        }
        return value;
    }

    @Override
    public Optional<String> secret(String name) {
        Optional<String> value = setting(name);
        value.ifPresent(secrets::add);
        return value;
    }

    /** The values that were asked for as secrets. */
    Set<String> secrets() {
        return Set.copyOf(secrets);
    }

    @Override
    public boolean diskIsEphemeral() {
        return false;
    }

    @Override
    public Inspection inspect(InputStream sealed) throws IOException {
        return library.inspect(sealed);
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) throws IOException {
        return library.inspectHeader(sealed);
    }

    @Override
    public List<String> pointers(String name, Deadline deadline) {
        return List.of();
    }

    @Override
    public void warn(String line) {
        library.warn(line);
    }
}
