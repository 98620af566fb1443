package io.gracefulbackup.it;

import io.gracefulbackup.file.FileSinkProvider;
import io.gracefulbackup.ipfs.PinataSinkProvider;
import io.gracefulbackup.postgres.PostgresSinkProvider;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;

/** Providers that wrap the real sinks so that an {@link InProcessStart} records their copies. */
public final class RecordingProviders {
    private RecordingProviders() {}

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
        public Opening open(SinkContext context) {
            Opening opening = real.open(context);
            return opening instanceof Opening.Configured configured
                    ? new Opening.Configured(InProcessStart.current().recording(configured.sink(), context))
                    : opening;
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
}
