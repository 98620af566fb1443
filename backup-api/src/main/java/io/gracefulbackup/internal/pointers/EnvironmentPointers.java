package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.spi.PointerStore;
import java.io.IOException;
import java.util.Optional;

/** The pointers that the platform or the operator has put into the environment of the process. Read-only. */
public final class EnvironmentPointers implements PointerStore {
    private final Settings settings;

    public EnvironmentPointers(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "the environment";
    }

    @Override
    public boolean isWritable() {
        return false;
    }

    @Override
    public boolean outlivesInstance() {
        return true;
    }

    @Override
    public Optional<String> load(String name, Deadline deadline) {
        return settings.setting(name);
    }

    @Override
    public void save(String name, String value, Deadline deadline) throws IOException {
        throw new IOException("A process cannot change the environment that it will be started with");
    }
}
