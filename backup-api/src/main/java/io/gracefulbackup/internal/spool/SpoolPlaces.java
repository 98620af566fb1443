package io.gracefulbackup.internal.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directories in which a spool may create its file, in the order in which they are tried: those for temporary files, then
 * the one where the backups go. Immutable.
 */
public final class SpoolPlaces {
    private final List<Path> directories;
    private final Optional<Path> lastResort;

    /**
     * Directories that exist, and a last one.
     *
     * @param lastResort is created if it does not exist
     */
    SpoolPlaces(List<Path> directories, Optional<Path> lastResort) {
        this.directories = List.copyOf(directories);
        this.lastResort = lastResort;
    }

    /** The directories of the system. */
    public static SpoolPlaces ofSystem() {
        return and(Optional.empty());
    }

    /** The directories of the system, and as the last resort the one where backups are stored, which is created if need be. */
    public static SpoolPlaces and(Optional<Path> lastResort) {
        List<Path> ofSystem = Stream.of(
                        System.getProperty("java.io.tmpdir"),
                        System.getProperty("user.dir"),
                        System.getProperty("user.home"),
                        "/var/tmp",
                        "/dev/shm")
                .filter(Objects::nonNull)
                .map(Path::of)
                .distinct()
                .toList();
        return new SpoolPlaces(ofSystem, lastResort);
    }

    /** An empty spool with the usual limit of memory. */
    public Spool newSpool() {
        return new Spool(this);
    }

    /**
     * Checks whether a state of that size can be spooled.
     *
     * @return why a backup of it would have to fit into the heap; empty if it fits into the memory of a spool, or a file can
     *     be created
     */
    public Optional<IOException> problem(long stateBytes) {
        if (stateBytes <= Spool.MEMORY_LIMIT) {
            return Optional.empty();
        }
        try {
            Files.delete(createFile());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    /** Where the system knows owners, {@code createTempFile} creates files that only the owner can read. */
    Path createFile() throws IOException {
        IOException nowhere = new IOException("No place for a temporary file: none of " + directories
                + lastResort.map(last -> " and " + last).orElse("")
                + " can be written. Set java.io.tmpdir to a directory that can");
        for (Path directory : directories) {
            try {
                return createFile(directory);
            } catch (IOException | RuntimeException e) {
                nowhere.addSuppressed(e);
            }
        }
        if (lastResort.isPresent()) {
            try {
                return createFile(Files.createDirectories(lastResort.get()));
            } catch (IOException | RuntimeException e) {
                nowhere.addSuppressed(e);
            }
        }
        throw nowhere;
    }

    private static Path createFile(Path directory) throws IOException {
        return Files.createTempFile(directory, ".graceful-backup-", ".spool");
    }
}
