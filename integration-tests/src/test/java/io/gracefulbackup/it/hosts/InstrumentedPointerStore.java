package io.gracefulbackup.it.hosts;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.PointerStore;
import java.io.IOException;
import java.util.Optional;

/** A real pointer store that reports when a pointer to a newer backup is about to be saved. */
final class InstrumentedPointerStore implements PointerStore {
    private final PointerStore store;
    private final FaultInjector injector;

    InstrumentedPointerStore(PointerStore store, FaultInjector injector) {
        this.store = store;
        this.injector = injector;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public boolean isWritable() {
        return store.isWritable();
    }

    @Override
    public boolean outlivesInstance() {
        return store.outlivesInstance();
    }

    @Override
    public boolean isLocal() {
        return store.isLocal();
    }

    @Override
    public Optional<String> load(String name, Deadline deadline) throws IOException {
        return store.load(name, deadline);
    }

    @Override
    public void save(String name, String value, Deadline deadline) throws IOException {
        if (injector.isStarted() && name.equals(BACKUP_LATEST)) {
            injector.enter(Phase.POINTERS, "");
        }
        store.save(name, value, deadline);
    }

    @Override
    public void close() {
        store.close();
    }
}
