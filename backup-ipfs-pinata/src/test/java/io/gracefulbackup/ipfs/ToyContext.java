package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the library would offer, for the toy form. */
final class ToyContext implements SinkContext {
    final Map<String, String> settings = new ConcurrentHashMap<>();
    final List<String> pointers = new ArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();

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
        return false;
    }

    @Override
    public Inspection inspect(InputStream sealed) throws IOException {
        throw new UnsupportedOperationException("The sink reads headers only");
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) throws IOException {
        return Toy.inspectHeader(sealed);
    }

    @Override
    public List<String> pointers(String name, Deadline deadline) {
        return name.equals(PinataSink.POINTER) ? List.copyOf(pointers) : List.of();
    }

    @Override
    public void warn(String line) {
        warnings.add(line);
    }
}
