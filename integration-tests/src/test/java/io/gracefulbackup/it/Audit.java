package io.gracefulbackup.it;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.file.FilePointerStoreProvider;
import io.gracefulbackup.it.hosts.Counter;
import io.gracefulbackup.it.hosts.OnlyServices;
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
final class Audit {
    private static final ThreadLocal<@Nullable Audit> CURRENT = new ThreadLocal<>();

    private final Map<String, List<Copy>> copies = new LinkedHashMap<>();
    private @Nullable BackupHeader restored;
    private @Nullable String refusal;
    private long count;

    private Audit() {}

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
    static Audit current() {
        Audit audit = CURRENT.get();
        if (audit == null) {
            throw new IllegalStateException("No audit in this thread");
        }
        return audit;
    }

    /** Starts the application and takes it out again. */
    static Audit of(Map<String, String> settings) {
        return of(settings, (counter, application) -> {});
    }

    /** Starts it, lets it do something, and takes it out again. */
    static Audit of(Map<String, String> settings, BiConsumer<Counter, GracefulShutdown> life) {
        Audit audit = new Audit();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new OnlyServices(
                List.of(Audited.File.class, Audited.Postgres.class, Audited.Pinata.class),
                List.of(FilePointerStoreProvider.class, RenderPointerStoreProvider.class)));
        CURRENT.set(audit);
        try {
            audit.start(settings, life);
        } finally {
            CURRENT.remove();
            thread.setContextClassLoader(before);
        }
        return audit;
    }

    private void start(Map<String, String> settings, BiConsumer<Counter, GracefulShutdown> life) {
        Counter counter = new Counter(1000);
        GracefulShutdown.Builder builder = GracefulShutdown.builder().source(counter);
        settings.forEach(builder::setting);
        builder.requireAllSinks(); // What a busy machine makes slow is not missing.
        try {
            GracefulShutdown application = builder.install();
            try {
                restored = application.restoreReport().restored();
                count = counter.count();
                life.accept(counter, application);
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

    BackupSink watch(BackupSink sink, SinkContext context) {
        return new UnleasedSink(sink) {
            @Override
            public Listing list(Deadline deadline) throws IOException {
                Listing listing = super.list(deadline);
                if (listing instanceof Listing.Listed listed) {
                    look(sink, context, listed.backups(), deadline);
                }
                return listing;
            }
        };
    }

    private void look(BackupSink sink, SinkContext context, List<StoredBackup> entries, Deadline deadline)
            throws IOException {
        List<Copy> seen = new ArrayList<>();
        for (StoredBackup entry : entries) {
            try (InputStream in = sink.open(entry, deadline)) {
                byte[] sealed = in.readAllBytes();
                Inspection found = context.inspect(new ByteArrayInputStream(sealed));
                seen.add(new Copy(sink.name(), entry.location(), found, sealed));
            }
        }
        synchronized (this) {
            copies.putIfAbsent(sink.name(), seen); // the first look: healing may have come before the second
        }
    }
}
