package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the library would offer, for the toy form. */
final class ToyContext implements SinkContext {
    final Map<String, String> settings = new ConcurrentHashMap<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    /** One permit for each inspection of a whole file that has ended. */
    final Semaphore inspections = new Semaphore(0);

    final AtomicBoolean readErrors = new AtomicBoolean();
    boolean ephemeral;

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
        return ephemeral;
    }

    @Override
    public Inspection inspect(InputStream sealed) throws IOException {
        failIfWanted();
        Inspection inspection = Toy.inspect(sealed);
        inspections.release();
        return inspection;
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) throws IOException {
        failIfWanted();
        return Toy.inspectHeader(sealed);
    }

    @Override
    public List<String> pointers(String name, Deadline deadline) {
        return List.of();
    }

    @Override
    public void warn(String line) {
        warnings.add(line);
    }

    private void failIfWanted() throws IOException {
        if (readErrors.get()) {
            throw new IOException("Input/output error");
        }
    }
}
