package io.gracefulbackup.it.hosts;

import io.gracefulbackup.file.FilePointerStoreProvider;
import io.gracefulbackup.file.FileSinkProvider;
import io.gracefulbackup.ipfs.PinataSinkProvider;
import io.gracefulbackup.postgres.PostgresSinkProvider;
import io.gracefulbackup.render.RenderPointerStoreProvider;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStoreProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Providers that wrap the sinks and pointer stores of the real modules so that they report their phases. */
public final class InstrumentedProviders {
    private InstrumentedProviders() {}

    /** A class loader in which {@code ServiceLoader} finds these providers only. */
    static ClassLoader providers() {
        return new FixedServicesClassLoader(
                List.of(File.class, Postgres.class, Pinata.class), List.of(FilePointers.class, RenderPointers.class));
    }

    /** Wraps the sink that the real provider opens. */
    private abstract static class Sink implements BackupSinkProvider {
        private final BackupSinkProvider real;

        Sink(BackupSinkProvider real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public Set<String> settings() {
            return real.settings();
        }

        @Override
        public Opening open(SinkContext context) {
            Opening opening = real.open(context);
            return opening instanceof Opening.Configured configured
                    ? new Opening.Configured(new InstrumentedSink(configured.sink(), FaultInjector.current()))
                    : opening;
        }
    }

    private abstract static class Pointers implements PointerStoreProvider {
        private final PointerStoreProvider real;

        Pointers(PointerStoreProvider real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public Optional<PointerStore> open(SinkContext context) {
            return real.open(context).map(store -> new InstrumentedPointerStore(store, FaultInjector.current()));
        }
    }

    /** Wraps the file sink. */
    public static final class File extends Sink {
        /** For {@code ServiceLoader}. */
        public File() {
            super(new FileSinkProvider());
        }
    }

    /** Wraps the PostgreSQL sink. */
    public static final class Postgres extends Sink {
        /** For {@code ServiceLoader}. */
        public Postgres() {
            super(new PostgresSinkProvider());
        }
    }

    /** Wraps the IPFS sink. */
    public static final class Pinata extends Sink {
        /** For {@code ServiceLoader}. */
        public Pinata() {
            super(new PinataSinkProvider());
        }
    }

    /** Wraps the pointer file. */
    public static final class FilePointers extends Pointers {
        /** For {@code ServiceLoader}. */
        public FilePointers() {
            super(new FilePointerStoreProvider());
        }
    }

    /** Wraps the environment variables of Render. */
    public static final class RenderPointers extends Pointers {
        /** For {@code ServiceLoader}. */
        public RenderPointers() {
            super(new RenderPointerStoreProvider());
        }
    }
}
