package io.gracefulbackup.file;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates backup files. The result for an intact file is cached until the file changes, so that a store at exit
 * does not have to read the previous backup again. Safe for use by several threads.
 */
final class InspectionCache {
    /**
     * File timestamps are coarse: two changes within this time may leave the same timestamp, so a recent one proves
     * nothing.
     */
    private static final Duration TIMESTAMP_GRANULARITY = Duration.ofMillis(100);

    private final SinkContext context;
    private final InstantSource clock;
    private final Map<Path, CachedInspection> intact = new ConcurrentHashMap<>();

    InspectionCache(SinkContext context, InstantSource clock) {
        this.context = context;
        this.clock = clock;
    }

    /** Authenticates every byte of a file, or returns the cached result; empty if there is no such file. */
    Optional<Inspection> inspect(Path file, Deadline deadline) throws IOException {
        Optional<BasicFileAttributes> attributes = PathCheck.regularFile(file);
        if (attributes.isEmpty()) {
            return Optional.empty();
        }
        CachedInspection cached = intact.get(file);
        if (cached != null && cached.matches(attributes.get())) {
            return Optional.of(cached.inspection());
        }
        Optional<Inspection> inspection = inspect(file, deadline, context::inspect);
        if (inspection.orElse(null) instanceof Inspection.Intact whole) {
            remember(file, attributes.get(), whole);
        }
        return inspection;
    }

    /** Authenticates only the header of a file; empty if there is no such file. Never cached. */
    Optional<Inspection> inspectHeader(Path file, Deadline deadline) throws IOException {
        return PathCheck.regularFile(file).isEmpty()
                ? Optional.empty()
                : inspect(file, deadline, context::inspectHeader);
    }

    /** Caches that a file holds this backup, which the caller has verified. */
    void remember(Path file, BackupHeader header) throws IOException {
        Optional<BasicFileAttributes> attributes = PathCheck.regularFile(file);
        if (attributes.isPresent()) {
            remember(file, attributes.get(), new Inspection.Intact(header));
        }
    }

    private void remember(Path file, BasicFileAttributes attributes, Inspection.Intact inspection) {
        FileTime modified = attributes.lastModifiedTime();
        if (modified.toInstant().plus(TIMESTAMP_GRANULARITY).isBefore(clock.instant())) {
            intact.put(file, new CachedInspection(attributes.size(), modified, attributes.fileKey(), inspection));
        }
    }

    private static Optional<Inspection> inspect(Path file, Deadline deadline, Inspector inspector) throws IOException {
        try (InputStream in = Cancellation.cancellable(
                Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), deadline, "reading " + file)) {
            return Optional.of(inspector.inspect(in));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface Inspector {
        Inspection inspect(InputStream sealed) throws IOException;
    }

    private record CachedInspection(
            long size, FileTime modified, @Nullable Object fileKey, Inspection.Intact inspection) {
        boolean matches(BasicFileAttributes current) {
            return size == current.size()
                    && modified.equals(current.lastModifiedTime())
                    && (fileKey == null ? current.fileKey() == null : fileKey.equals(current.fileKey()));
        }
    }
}
