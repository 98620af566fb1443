package io.gracefulbackup.it;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.file.FilePointerStoreProvider;
import io.gracefulbackup.it.hosts.Counter;
import io.gracefulbackup.it.hosts.FixedServicesClassLoader;
import io.gracefulbackup.it.hosts.UnleasedSink;
import io.gracefulbackup.render.RenderPointerStoreProvider;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
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
 * A start of the application in this JVM, with the real sinks, and what it has seen: every copy that any of them lists,
 * opened and authenticated to the last byte, and what the start made of it.
 */
final class InProcessStart {
    private static final ThreadLocal<@Nullable InProcessStart> CURRENT = new ThreadLocal<>();

    private final Map<String, List<Copy>> copies = new LinkedHashMap<>();
    private @Nullable BackupHeader restored;
    private @Nullable String refusal;
    private long count;

    private InProcessStart() {}

    /** One entry of one sink, with its bytes. */
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

        /** Its header; it is intact. */
        BackupHeader header() {
            return ((Inspection.Intact) found).header();
        }

        @Override
        public String toString() {
            return sink + " " + location + ": " + found;
        }
    }

    /** That of this thread. */
    static InProcessStart current() {
        InProcessStart start = CURRENT.get();
        if (start == null) {
            throw new IllegalStateException("No audit in this thread");
        }
        return start;
    }

    /** Starts the application and takes it out again. */
    static InProcessStart of(Map<String, String> settings) {
        return of(settings, (counter, application) -> {});
    }

    /** Starts it, lets it do something, and takes it out again. */
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

    private void start(Map<String, String> settings, BiConsumer<Counter, GracefulShutdown> action) {
        Counter counter = new Counter(1000);
        GracefulShutdown.Builder builder = GracefulShutdown.builder().source(counter);
        settings.forEach(builder::setting);
        builder.requireAllSinks(); // What a busy machine makes slow is not missing.
        try {
            GracefulShutdown application = builder.install();
            try {
                restored = application.restoreReport().restored();
                count = counter.count();
                action.accept(counter, application);
            } finally {
                application.uninstall();
            }
        } catch (RestoreRefusedException refused) {
            refusal = refused.getMessage();
        }
    }

    /** Every copy in every sink. */
    synchronized List<Copy> copies() {
        return copies.values().stream().flatMap(List::stream).toList();
    }

    /** What the start has restored, if anything. */
    @Nullable
    BackupHeader restored() {
        return restored;
    }

    /** Why it did not start, if so. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** The count that it had. */
    long count() {
        return count;
    }

    BackupSink recording(BackupSink sink, SinkContext context) {
        return new UnleasedSink(sink) {
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
            copies.putIfAbsent(sink.name(), recorded); // the first look: healing may have come before the second
        }
    }
}
