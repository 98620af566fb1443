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

/** Authenticates files, and remembers those that are intact until they change, so that the exit need not read them again. */
final class KnownFiles {
    /** Times of files are coarse: within this time after a change, another one may leave the time as it is. */
    private static final Duration COARSE = Duration.ofMillis(100);

    private final SinkContext context;
    private final InstantSource clock;
    private final Map<Path, Seen> intact = new ConcurrentHashMap<>();

    KnownFiles(SinkContext context, InstantSource clock) {
        this.context = context;
        this.clock = clock;
    }

    /** Authenticates every byte of a file, or knows that it has; nothing if there is no such file. */
    Optional<Inspection> inspect(Path file, Deadline deadline) throws IOException {
        Optional<BasicFileAttributes> attributes = PathCheck.regularFile(file);
        if (attributes.isEmpty()) {
            return Optional.empty();
        }
        Seen seen = intact.get(file);
        if (seen != null && seen.isStill(attributes.get())) {
            return Optional.of(seen.inspection());
        }
        Optional<Inspection> inspection = read(file, deadline, context::inspect);
        if (inspection.orElse(null) instanceof Inspection.Intact whole) {
            remember(file, attributes.get(), whole);
        }
        return inspection;
    }

    /** Authenticates the header of a file; nothing if there is no such file. */
    Optional<Inspection> inspectHeader(Path file, Deadline deadline) throws IOException {
        return PathCheck.regularFile(file).isEmpty() ? Optional.empty() : read(file, deadline, context::inspectHeader);
    }

    /** A file holds this backup, verified. */
    void remember(Path file, BackupHeader header) throws IOException {
        Optional<BasicFileAttributes> attributes = PathCheck.regularFile(file);
        if (attributes.isPresent()) {
            remember(file, attributes.get(), new Inspection.Intact(header));
        }
    }

    private void remember(Path file, BasicFileAttributes attributes, Inspection.Intact inspection) {
        FileTime modified = attributes.lastModifiedTime();
        if (modified.toInstant().plus(COARSE).isBefore(clock.instant())) {
            intact.put(file, new Seen(attributes.size(), modified, attributes.fileKey(), inspection));
        }
    }

    private static Optional<Inspection> read(Path file, Deadline deadline, Reading reading) throws IOException {
        try (InputStream in =
                Cancellation.over(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), deadline, "reading " + file)) {
            return Optional.of(reading.inspect(in));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface Reading {
        Inspection inspect(InputStream sealed) throws IOException;
    }

    private record Seen(
            long size, FileTime modified, @Nullable Object key, Inspection.Intact inspection) {
        boolean isStill(BasicFileAttributes now) {
            return size == now.size()
                    && modified.equals(now.lastModifiedTime())
                    && (key == null ? now.fileKey() == null : key.equals(now.fileKey()));
        }
    }
}
