package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.file.FilePointerStoreProvider;
import io.gracefulbackup.it.hosts.Counter;
import io.gracefulbackup.it.hosts.FixedServicesClassLoader;
import io.gracefulbackup.render.RenderPointerStoreProvider;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForwardingSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A start of the application in the test's own JVM, with the real sinks. Records every copy that a sink lists, opened and
 * authenticated to the last byte, and the outcome of the start.
 */
final class InProcessStart {
    private static final ThreadLocal<@Nullable InProcessStart> CURRENT = new ThreadLocal<>();

    private final Map<String, List<Copy>> copies = new LinkedHashMap<>();
    private @Nullable RestoreReport report;
    private @Nullable String refusal;
    private long count;

    private InProcessStart() {}

    /** An entry of a sink, with its sealed bytes. */
    static final class Copy {
        private final String sink;
        private final String location;
        private final Inspection found;
        private final byte[] sealed;

        Copy(String sink, String location, Inspection found, byte[] sealed) {
            this.sink = sink;
            this.location = location;
            this.found = found;
            this.sealed = sealed;
        }

        String sink() {
            return sink;
        }

        byte[] sealed() {
            return sealed;
        }

        boolean isIntact() {
            return found instanceof Inspection.Intact;
        }

        /** The header. Only for an intact copy. */
        BackupHeader header() {
            return ((Inspection.Intact) found).header();
        }

        @Override
        public String toString() {
            return sink + " " + location + ": " + found;
        }
    }

    /** The start that runs on this thread. */
    static InProcessStart current() {
        InProcessStart start = CURRENT.get();
        if (start == null) {
            throw new IllegalStateException("No start runs on this thread");
        }
        return start;
    }

    /** Starts the application and uninstalls it. */
    static InProcessStart of(Map<String, String> settings) {
        return of(settings, (counter, application) -> {});
    }

    /** Starts the application, runs an action and uninstalls the application. */
    static InProcessStart of(Map<String, String> settings, BiConsumer<Counter, GracefulShutdown> action) {
        InProcessStart start = new InProcessStart();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new FixedServicesClassLoader(
                List.of(
                        RecordingProviders.File.class,
                        RecordingProviders.Postgres.class,
                        RecordingProviders.Pinata.class),
                List.of(FilePointerStoreProvider.class, RenderPointerStoreProvider.class)));
        CURRENT.set(start);
        try {
            start.start(settings, action);
        } finally {
            CURRENT.remove();
            thread.setContextClassLoader(before);
        }
        return start;
    }

    /** Starts, adds to the count, saves and uninstalls. */
    static void save(Map<String, String> settings, int writes) {
        InProcessStart start = of(settings, (counter, application) -> {
            for (int i = 0; i < writes; i++) {
                application.write(counter::increment);
            }
            BackupReport report = application.backupNow("earlier");
            assertThat(report.isComplete()).as("%s", report).isTrue();
        });
        assertThat(start.refusal()).as("the refusal of the start").isNull();
    }

    private void start(Map<String, String> settings, BiConsumer<Counter, GracefulShutdown> action) {
        Counter counter = new Counter(1000);
        GracefulShutdown.Builder builder = GracefulShutdown.builder().source(counter);
        builder.setting("BACKUP_TIMEOUT", "60s"); // An exit of a host has a deadline; preparing a test has none.
        settings.forEach(builder::setting);
        builder.requireAllSinks(); // A sink that is slow on a busy machine is waited for.
        try {
            GracefulShutdown application = installAsAnotherProcess(builder);
            try {
                report = application.restoreReport();
                count = counter.count();
                action.accept(counter, application);
            } finally {
                application.uninstall();
            }
        } catch (RestoreRefusedException e) {
            refusal = e.getMessage();
        }
    }

    /** Tests run side by side here, and each start stands for a process of its own: no claim of one may stop another. */
    private static GracefulShutdown installAsAnotherProcess(GracefulShutdown.Builder builder) {
        while (true) {
            try {
                GracefulShutdown application = builder.install();
                forgetClaims();
                return application;
            } catch (BackupException refused) {
                if (!String.valueOf(refused.getMessage()).contains("installed already")) {
                    throw refused;
                }
                forgetClaims();
            }
        }
    }

    private static void forgetClaims() {
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("io.gracefulbackup.installed."))
                .forEach(System::clearProperty);
    }

    /** All copies in all sinks. */
    synchronized List<Copy> copies() {
        return copies.values().stream().flatMap(List::stream).toList();
    }

    /** The restore report, or null if the start was refused. */
    @Nullable
    RestoreReport report() {
        return report;
    }

    /** The header of the restored backup, if any. */
    @Nullable
    BackupHeader restored() {
        RestoreReport made = report;
        return made == null ? null : made.restored().orElse(null);
    }

    /** The message of the refusal, or null if the start succeeded. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** The restored count. */
    long count() {
        return count;
    }

    BackupSink recording(BackupSink sink, SinkContext context) {
        return new ForwardingSink(sink) {
            @Override
            public Listing list(Deadline deadline) throws IOException {
                Listing listing = super.list(deadline);
                if (listing instanceof Listing.Listed listed) {
                    record(sink, context, listed.backups(), deadline);
                }
                return listing;
            }
        };
    }

    private void record(BackupSink sink, SinkContext context, List<StoredBackup> entries, Deadline deadline)
            throws IOException {
        List<Copy> recorded = new ArrayList<>();
        for (StoredBackup entry : entries) {
            try (InputStream in = sink.open(entry, deadline)) {
                byte[] sealed = in.readAllBytes();
                Inspection found = context.inspect(new ByteArrayInputStream(sealed));
                recorded.add(new Copy(sink.name(), entry.location(), found, sealed));
            }
        }
        synchronized (this) {
            copies.putIfAbsent(sink.name(), recorded); // a later listing may already contain repaired copies
        }
    }
}
