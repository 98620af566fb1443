package io.gracefulbackup.internal.engine;

import io.gracefulbackup.spi.Deadline;
import io.gracefulbackup.spi.PointerStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A pointer store that keeps its values in this process, and breaks as a test wants it to. */
final class MemoryPointers implements PointerStore {
    final Map<String, String> values = new ConcurrentHashMap<>();
    volatile boolean broken;
    boolean durable = true;
    boolean local;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean isLocal() {
        return local;
    }

    @Override
    public boolean outlivesInstance() {
        return durable;
    }

    @Override
    public Optional<String> load(String name, Deadline deadline) throws IOException {
        if (broken) {
            throw new IOException("out of order");
        }
        return Optional.ofNullable(values.get(name));
    }

    @Override
    public void save(String name, String value, Deadline deadline) throws IOException {
        if (broken) {
            throw new IOException("out of order");
        }
        values.put(name, value);
    }
}
