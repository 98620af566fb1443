package io.gracefulbackup.file;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.file.TemporaryFile.Content;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a backup could be stored, by the steps of a store: a small file is written under a temporary name,
 * forced to disk, read back and renamed. Then it is removed, and the directories that were created for it.
 *
 * <p>A probe does not wait for a writer. Its files have the names of {@linkplain FileNames#temporary temporary files}, so the
 * next writer removes what a killed probe leaves; a writer that does so while a probe is running makes it start again.
 */
final class FileProbe {
    private static final int SAMPLE_BYTES = 4096;
    private static final int ID_BYTES = 16;
    private static final int ATTEMPTS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final FileNames names;
    private final DurableFiles files;
    private final Shortcomings shortcomings;

    FileProbe(FileNames names, DurableFiles files, Shortcomings shortcomings) {
        this.names = names;
        this.files = files;
        this.shortcomings = shortcomings;
    }

    /** Throws what {@link FileSink#store} would throw. */
    void run(Deadline deadline) throws IOException {
        Deque<Path> created = new ArrayDeque<>();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    if (!PathCheck.directoryExists(names)) {
                        files.createDirectory(names.directory(), created::push);
                    }
                    attempt(deadline);
                    return;
                } catch (NoSuchFileException e) {
                    // A writer has taken the file for a leftover, or another probe has removed the directory it
                    // created.
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } finally {
            created.forEach(directory -> removeEmpty(directory, deadline.atMost(PATIENCE)));
        }
    }

    private void attempt(Deadline deadline) throws IOException {
        if (PathCheck.regularFile(names.main()).isPresent() && Mounts.isMountPoint(names.main())) {
            throw mountPoint(names, null);
        }
        Path renamed = temporaryName();
        try (TemporaryFile sample = new TemporaryFile(temporaryName(), sample(), deadline)) {
            sample.write();
            sample.verify();
            requireSpace();
            files.replace(sample.path(), renamed, names.directory());
            requireTurn(renamed, deadline);
        } finally {
            Files.deleteIfExists(renamed);
        }
    }

    /** Explains why nothing can be renamed to {@code BACKUP_FILE}. */
    static FileSinkException mountPoint(FileNames names, @Nullable IOException cause) {
        Path file = names.main().toAbsolutePath();
        return new FileSinkException(
                "BACKUP_FILE " + file
                        + " is a mount point itself, so no new backup can take its place: mount its directory"
                        + " instead, such as " + file.getParent() + ", and not the single file",
                cause);
    }

    /** The old backup and the new one exist side by side until the new one is verified. */
    private void requireSpace() throws IOException {
        long needed = PathCheck.regularFile(names.main())
                .map(BasicFileAttributes::size)
                .orElse(0L);
        FileStore disk = Files.getFileStore(names.directory());
        long free = disk.getUsableSpace() + sizeOfTemporaries();
        // Some network file systems do not know their size.
        if (disk.getTotalSpace() > 0 && free < needed) {
            throw new FileSinkException("the disk is too full: a new backup takes about " + needed + " bytes in "
                    + names.directory() + " until it replaces the one that is there, and " + free
                    + " are free; make room, or point BACKUP_FILE at another disk");
        }
    }

    /** The bytes that the next writer frees before it writes. */
    private long sizeOfTemporaries() throws IOException {
        long size = 0;
        try (DirectoryStream<Path> temporaries = Files.newDirectoryStream(names.directory(), names::isTemporary)) {
            for (Path temporary : temporaries) {
                size += Files.size(temporary);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return size;
    }

    /**
     * Checks that the lock can be acquired, unless another writer holds it, and that {@code BACKUP_FILE} can be replaced.
     * The lock file is not created, because it is never removed: without one there has been no writer, and the lock of
     * another file shows whether the file system has locks at all.
     */
    private void requireTurn(Path own, Deadline deadline) throws IOException {
        Path lockFile = names.directory().toRealPath().resolve(names.lockName());
        if (!Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)) {
            try (FileChannel channel = FileChannel.open(own, StandardOpenOption.WRITE)) {
                DirectoryLock.reportMissingLocks(channel, lockFile, shortcomings);
            }
            requireReplaceable(own);
            return;
        }
        try (DirectoryLock held = lockIfFree(lockFile, deadline)) {
            // A writer may move the file away for a moment. Then a directory could get its name.
            if (held != null && held.isExclusive()) {
                requireReplaceable(own);
            }
        }
    }

    /** Returns null if another writer holds the lock for longer than a moment. */
    private @Nullable DirectoryLock lockIfFree(Path lockFile, Deadline deadline) throws IOException {
        try {
            return DirectoryLock.acquire(lockFile, shortcomings, deadline.atMost(PATIENCE));
        } catch (InterruptedIOException e) {
            Cancellation.check(deadline, "waiting for " + lockFile);
            return null;
        }
    }

    /**
     * Checks that {@code BACKUP_FILE} can be replaced, without replacing it. A directory never replaces a file, but the
     * operating system first checks whether the file may be removed at all. So the error must be the same as for a file of
     * this probe. It is another one if the file is immutable, or belongs to another user in a sticky directory.
     */
    private void requireReplaceable(Path own) throws IOException {
        if (PathCheck.regularFile(names.main()).isEmpty()) {
            return;
        }
        Path directory = temporaryName();
        Files.createDirectory(directory);
        try {
            Optional<String> expected = whyNotReplaced(own, directory);
            if (expected.isEmpty()) {
                return;
            }
            Optional<String> found = whyNotReplaced(names.main(), directory);
            if (found.isPresent() && !found.equals(expected)) {
                throw new FileSinkException(names.main().toAbsolutePath() + " cannot be replaced by a new backup ("
                        + found.get()
                        + "): it is immutable, or belongs to another user in a directory with the sticky bit."
                        + " Let it belong to the user of this process, move it away, or point BACKUP_FILE elsewhere");
            }
        } finally {
            Files.deleteIfExists(directory);
        }
    }

    /** Why a directory does not replace a file. Empty if the file was gone; then the directory has its own name again. */
    private static Optional<String> whyNotReplaced(Path file, Path directory) throws IOException {
        try {
            Files.move(directory, file, StandardCopyOption.ATOMIC_MOVE);
            Files.move(file, directory, StandardCopyOption.ATOMIC_MOVE);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return Optional.of(FileSystemErrors.reason(e));
        }
    }

    /**
     * Removes a directory that this probe created. It stays if it is in use by now, which the files of other probes do not
     * count for: they are gone in a moment.
     */
    private void removeEmpty(Path directory, Deadline deadline) {
        while (true) {
            try {
                Files.deleteIfExists(directory);
                return;
            } catch (IOException e) {
                if (deadline.isExpired() || !hasOnlyTemporaries(directory)) {
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean hasOnlyTemporaries(Path directory) {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(directory, file -> !names.isTemporary(file))) {
            return !others.iterator().hasNext();
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }

    private Path temporaryName() {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        return names.temporary(new BackupId(HexFormat.of().formatHex(id)));
    }

    private static Content sample() {
        byte[] bytes = new byte[SAMPLE_BYTES];
        RANDOM.nextBytes(bytes);
        return Content.of(bytes);
    }
}
