package io.gracefulbackup.file;

import com.google.auto.service.AutoService;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStoreProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.Optional;

/** Opens the pointer store beside {@code BACKUP_FILE}, if the file sink is in use. */
@AutoService(PointerStoreProvider.class)
public final class FilePointerStoreProvider implements PointerStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public FilePointerStoreProvider() {}

    @Override
    public String name() {
        return FilePointerStore.NAME;
    }

    @Override
    public Optional<PointerStore> open(SinkContext context) {
        return FileSinkProvider.fileNames(context).map(names -> new FilePointerStore(names, context));
    }
}
