package io.gracefulbackup.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * File operations whose effect is on disk when they return. What they create is accessible to its owner only, where the
 * file system supports POSIX permissions. A file system that cannot force a directory to disk is {@linkplain Shortcomings
 * reported} once; its files are used all the same.
 */
final class DurableFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Shortcomings shortcomings;

    DurableFiles(Shortcomings shortcomings) {
        this.shortcomings = shortcomings;
    }

    /** Creates a hard link: {@link Files#createLink}, replaceable in tests. */
    @FunctionalInterface
    interface Linker {
        void link(Path link, Path existing) throws IOException;
    }

    /** The attributes of a file that only its owner can read and write. */
    static FileAttribute<?>[] privateFile() {
        return permissions("rw-------");
    }

    /** Creates a directory, and its parents where they are missing. */
    void createDirectory(Path directory) throws IOException {
        createDirectory(directory, made -> {});
    }

    /** The same, and reports each directory that this call has created, the uppermost first. */
    void createDirectory(Path directory, Consumer<Path> created) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path part = directory; part != null && !Files.isDirectory(part); part = part.getParent()) {
            missing.push(part);
        }
        for (Path part : missing) {
            try {
                Files.createDirectory(part, permissions("rwx------"));
                created.accept(part);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(part)) {
                    throw e;
                }
                // Another process has just created it.
            }
            Path parent = part.getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    /**
     * Atomically moves a file to another name, replacing what was there: at any instant that name refers to the old
     * file or to the new one.
     */
    void replace(Path file, Path target, Path directory) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
    }

    /**
     * Forces the entries of a directory to disk.
     *
     * @throws IOException if that failed. The entries may be lost, and a second call that succeeds would prove nothing
     */
    void sync(Path directory) throws IOException {
        if (!POSIX) { // Other systems cannot open a directory.
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // A directory that may be written but not read cannot be opened.
            shortcomings.directoryNotForced(directory, e);
        } catch (IOException e) {
            if (!FileSystemErrors.isSyncUnsupported(e)) {
                throw e;
            }
            shortcomings.directoryNotForced(directory, e);
        }
    }

    private static FileAttribute<?>[] permissions(String symbols) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(symbols))
                }
                : new FileAttribute<?>[0];
    }
}
