package io.gracefulbackup.file;

import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Determines whether a directory is on a mounted disk. On platforms that replace the disk of an instance, only mounted
 * disks are kept.
 */
final class Mounts {
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
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
            return isOnMountedDisk(existing.toRealPath(), Files.readAllLines(MOUNT_INFO));
        } catch (IOException e) {
            return false; // Not Linux, or /proc is not readable.
        }
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
            if (fields.length < 5 || separator < 0 || separator + 1 >= fields.length) {
                continue;
            }
            Path mountPoint = Path.of(unescaped(fields[4]));
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
