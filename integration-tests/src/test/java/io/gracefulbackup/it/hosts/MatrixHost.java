package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateSource;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Restores a {@link Counter}, makes acknowledged changes and waits, with the sinks and pointer stores of the real modules. Options:
 *
 * <ul>
 *   <li>{@code phase}, {@code sink}: where the {@link FaultInjector} stops the host
 *   <li>{@code resume}: a file; when it exists, the host injects the {@link InjectedFault} that it names and continues
 *   <li>{@code command}: a file; when it exists, the host does what it contains: {@code exit}, {@code return} or {@code backup}
 *   <li>{@code writes}: the number of changes, by default 2
 *   <li>{@code bytes}: the size of the state
 * </ul>
 */
public final class MatrixHost {
    private static final int MORE_THAN_SPOOL_MEMORY = 18 << 20;

    private MatrixHost() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        Options options = new Options(args);
        int bytes = (int) options.number("bytes", 60_000);
        Counter counter = new Counter(bytes);
        FaultInjector injector = new FaultInjector(options, counter);
        Thread.currentThread().setContextClassLoader(InstrumentedProviders.providers());

        GracefulShutdown backup = HostSupport.install(GracefulShutdown.builder()
                .source(source(counter, injector, bytes))
                .snapshotUnder(counter.lock().readLock())
                .drain("host", deadline -> injector.enter(Phase.DRAIN, ""))
                .clock(injector.clock())
                .listener(new BackupListener() {
                    @Override
                    public void onBackup(BackupReport report) {
                        printStored(report);
                        try {
                            injector.enter(Phase.REPORT, "");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                }));
        for (long i = options.number("writes", 2); i > 0; i--) {
            backup.write(counter::increment);
        }
        injector.started(backup);
        HostSupport.print("READY count=" + counter.count());
        injector.enter(Phase.IDLE, "");
        runCommand(Path.of(options.text("command", "")), backup);
    }

    private static void printStored(BackupReport report) {
        for (SinkResult result : report.sinks()) {
            if (result instanceof SinkResult.Stored stored) {
                HostSupport.print("STORED " + stored.sink() + " " + report.id().orElseThrow());
            }
        }
    }

    private static void runCommand(Path file, GracefulShutdown backup) throws IOException {
        while (!Files.exists(file)) {
            LockSupport.parkNanos(2_000_000);
        }
        switch (Files.readString(file).strip()) {
            case "exit" -> System.exit(7);
            case "return" -> {}
            default -> {
                Thread thread = new Thread(() -> backup.backupNow("by hand"), "request-1");
                thread.setDaemon(true);
                thread.start();
                HostSupport.hang();
            }
        }
    }

    private static StateSource source(Counter counter, FaultInjector injector, int bytes) {
        return new StateSource() {
            @Override
            public String name() {
                return counter.name();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                counter.writeTo(new InstrumentedOutput(out, injector, bytes / 2));
            }

            @Override
            public void readFrom(InputStream in, int version) throws IOException {
                injector.enter(Phase.RESTORE, "");
                counter.readFrom(in, version);
            }
        };
    }

    /** Enters a phase when the source has written enough. */
    private static final class InstrumentedOutput extends FilterOutputStream {
        private static final int PIECE = 8 << 10;

        private final FaultInjector injector;
        private final long half;
        private long written;

        InstrumentedOutput(OutputStream out, FaultInjector injector, long half) {
            super(out);
            this.injector = injector;
            this.half = half;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += PIECE) {
                int part = Math.min(PIECE, length - done);
                out.write(bytes, offset + done, part);
                written += part;
                if (written >= half) {
                    injector.enter(Phase.SNAPSHOT, "");
                }
                if (written >= MORE_THAN_SPOOL_MEMORY) {
                    injector.enter(Phase.SPOOL, "");
                }
            }
        }
    }
}
