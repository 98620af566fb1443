package io.gracefulbackup.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Says what a file system cannot do, such as some network file systems. Backups are saved all the same, so each line is
 * logged once in a process for each file system. Safe for use by several threads.
 */
final class Shortcomings {
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private final Consumer<String> warn;

    /**
     * Creates an instance.
     *
     * @param warn logs a warning for the operator
     */
    Shortcomings(Consumer<String> warn) {
        this.warn = warn;
    }

    /** A directory cannot be forced to disk. */
    void directoryNotForced(Path directory, IOException cause) {
        say(
                "force",
                directory,
                directory + " cannot be forced to disk (" + FileSystemErrors.reason(cause)
                        + "). Backups are saved there all the same, but after a power failure the newest one may be missing;"
                        + " point BACKUP_FILE at a local disk if that must not happen");
    }

    /** A lock file, which need not exist, cannot be locked. */
    void notLocked(Path lockFile, IOException cause) {
        Path directory = lockFile.getParent();
        say(
                "lock",
                directory == null ? lockFile : directory,
                lockFile + " cannot be locked (" + FileSystemErrors.reason(cause)
                        + "). Backups are saved there all the same, but processes that save at the same moment are not kept"
                        + " apart; start the lock service of this file system, or let one process at a time use BACKUP_FILE");
    }

    private void say(String kind, Path directory, String line) {
        if (SAID.add(kind + " " + fileSystemOf(directory))) {
            warn.accept(line);
        }
    }

    private static String fileSystemOf(Path directory) {
        try {
            return Files.getFileStore(directory).toString();
        } catch (IOException e) {
            return directory.toString();
        }
    }
}
