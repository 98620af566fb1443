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

/** File operations that must be on disk when they return, and readable by their owner only where the system can say so. */
final class DurableFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private DurableFiles() {}

    /** How a second name is given to a file: {@link Files#createLink}, where the file system can. */
    @FunctionalInterface
    interface Linker {
        void link(Path link, Path existing) throws IOException;
    }

    static FileAttribute<?>[] privateFile() {
        return permissions("rw-------");
    }

    /** Creates a directory and what is missing above it. */
    static void createDirectory(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path part = directory; part != null && !Files.isDirectory(part); part = part.getParent()) {
            missing.push(part);
        }
        for (Path part : missing) {
            // Another process may be faster: createDirectories minds that, createDirectory does not.
            Files.createDirectories(part, permissions("rwx------"));
            Path parent = part.getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    /** Puts a file in the place of another one, or of none: at any instant there is either the old or the new one. */
    static void replace(Path file, Path target, Path directory) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
    }

    /** Makes the names in a directory lasting. */
    static void sync(Path directory) throws IOException {
        if (POSIX) { // Elsewhere a directory cannot be opened.
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
