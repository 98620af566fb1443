package io.gracefulbackup.file;

import com.google.auto.service.AutoService;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStoreProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.Optional;
import java.util.Set;

/** Provides the pointer store beside {@code BACKUP_FILE}. It is in use whenever the file sink is. */
@AutoService(PointerStoreProvider.class)
public final class FilePointerStoreProvider implements PointerStoreProvider {

    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public FilePointerStoreProvider() {}

    @Override
    public String name() {
        return FilePointerStore.NAME;
    }

    @Override
    public Set<String> settings() {
        return Set.of(FileSinkProvider.SETTING);
    }

    @Override
    public Optional<PointerStore> open(SinkContext context) {
        return FileSinkProvider.fileNames(context).map(names -> new FilePointerStore(names, context));
    }
}
