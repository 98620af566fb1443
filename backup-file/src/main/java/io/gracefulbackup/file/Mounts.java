package io.gracefulbackup.file;

import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Determines whether a directory is on a mounted disk: on platforms that replace the disk of an instance, only mounted
 * disks are kept. And whether a file is a mount point itself.
 */
final class Mounts {
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;
    private static final Set<String> EPHEMERAL_TYPES = Set.of("tmpfs", "ramfs", "overlay");

    private Mounts() {}

    /** Whether the files in a directory survive when the platform replaces the instance. */
    static boolean outlivesInstance(Path directory, SinkContext context) {
        return !context.diskIsEphemeral() || isOnMountedDisk(directory);
    }

    /** Whether a directory is known to be on a mounted disk. The directory need not exist yet. */
    static boolean isOnMountedDisk(Path directory) {
        try {
            Path existing = directory;
            while (!Files.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            return isOnMountedDisk(existing.toRealPath(), mountInfo());
        } catch (IOException e) {
            return false; // Not Linux, or /proc is not readable.
        }
    }

    /**
     * Whether something is mounted at this path itself, in the name space of this process; then nothing can be renamed to
     * it. False if that is not known.
     */
    static boolean isMountPoint(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            return directory != null && isMountPoint(directory.toRealPath().resolve(file.getFileName()), mountInfo());
        } catch (IOException e) {
            return false; // Not Linux, /proc is not readable, or there is no such directory.
        }
    }

    /**
     * Whether something is mounted at a path.
     *
     * @param realPath the real path
     * @param mountInfo the lines of {@code /proc/self/mountinfo}
     */
    static boolean isMountPoint(Path realPath, List<String> mountInfo) {
        return mountInfo.stream()
                .map(line -> line.split(" ", -1))
                .anyMatch(fields ->
                        fields.length > MOUNT_POINT && realPath.equals(Path.of(unescaped(fields[MOUNT_POINT]))));
    }

    private static List<String> mountInfo() throws IOException {
        // Another mount point may have a name that is not UTF-8.
        return new String(Files.readAllBytes(MOUNT_INFO), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /**
     * Whether a directory is on a mounted disk.
     *
     * @param realPath the real path of the directory
     * @param mountInfo the lines of {@code /proc/self/mountinfo}; see {@code proc(5)}
     */
    static boolean isOnMountedDisk(Path realPath, List<String> mountInfo) {
        Path deepest = Path.of("/");
        String type = "";
        for (String line : mountInfo) {
            String[] fields = line.split(" ", -1);
            int separator = List.of(fields).indexOf("-");
            if (fields.length <= MOUNT_POINT || separator < 0 || separator + 1 >= fields.length) {
                continue;
            }
            Path mountPoint = Path.of(unescaped(fields[MOUNT_POINT]));
            // Of two mounts at one mount point, the later one hides the earlier one.
            if (realPath.startsWith(mountPoint) && mountPoint.getNameCount() >= deepest.getNameCount()) {
                deepest = mountPoint;
                type = fields[separator + 1];
            }
        }
        return deepest.getNameCount() > 0 && !EPHEMERAL_TYPES.contains(type);
    }

    private static String unescaped(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
