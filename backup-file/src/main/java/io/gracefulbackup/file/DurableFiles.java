package io.gracefulbackup.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * File operations whose effect is on disk when they return. What they create is accessible to its owner only, where the
 * file system supports POSIX permissions.
 */
final class DurableFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private DurableFiles() {}

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
    static void createDirectory(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path part = directory; part != null && !Files.isDirectory(part); part = part.getParent()) {
            missing.push(part);
        }
        for (Path part : missing) {
            // Another process may create it first: unlike createDirectory, createDirectories accepts that.
            Files.createDirectories(part, permissions("rwx------"));
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
    static void replace(Path file, Path target, Path directory) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
    }

    /** Forces the entries of a directory to disk. */
    static void sync(Path directory) throws IOException {
        if (POSIX) { // Other systems cannot open a directory.
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] permissions(String symbols) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(symbols))
                }
                : new FileAttribute<?>[0];
    }
}
